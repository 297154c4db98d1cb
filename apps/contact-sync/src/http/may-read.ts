import { type Principal } from './principal.js';

/**
 * The one rule of who sees what contacts say: whoever has the scope `read` sees all of it, and nobody else anything.
 * What answers with contacts, or with something made from them, asks here (docs/api.md, "Without the scope read").
 */
export function mayRead({ scopes }: Principal): boolean {
  return scopes.has('read');
}
