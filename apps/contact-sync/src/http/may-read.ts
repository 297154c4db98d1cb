import { CodedError } from '#platform';

import { type Principal } from './principal.js';

/**
 * The one rule of who sees what contacts say: whoever has the scope `read` sees all of it, and nobody else anything.
 * What answers with contacts, or with something made from them, asks here (docs/api.md, "Without the scope read").
 */
export function mayRead({ scopes }: Principal): boolean {
  return scopes.has('read');
}

/** Whether something is found tells what contacts say. */
export function searchRefused({ name }: Principal): CodedError {
  return new CodedError(
    'scope-missing',
    `"${name}" does not have the scope read, without which contacts are not searched; leave q out.`,
  );
}
