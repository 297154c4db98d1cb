import { type Actor } from '#audit';
import { type Request } from 'express';

import { principalIn } from '../http/principal.js';

export const UNKNOWN: Actor = { kind: 'unknown', name: null };

export function actorOf(request: Request): Actor {
  const principal = principalIn(request);
  return principal === undefined ? UNKNOWN : { kind: principal.kind, name: principal.name };
}
