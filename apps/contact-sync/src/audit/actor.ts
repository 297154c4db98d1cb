import { type Actor } from '#audit';
import { type Request } from 'express';

import { type Principal, principalOf } from '../http/principal.js';

export const UNKNOWN: Actor = { kind: 'unknown', name: null };

/** undefined: the request was refused before it was known, or nobody needs to be known there. */
export function principalIn(request: Request): Principal | undefined {
  try {
    return principalOf(request);
  } catch {
    return undefined;
  }
}

export function actorOf(request: Request): Actor {
  const principal = principalIn(request);
  return principal === undefined ? UNKNOWN : { kind: principal.kind, name: principal.name };
}
