import { type Request } from 'express';

import { principalIn } from '../principal.js';
import { callerAddress } from './caller-address.js';

/** Whom a call counts for: a token or a person, or an address where there is none. */
export function callerOf(request: Request): string {
  const principal = principalIn(request);
  return principal === undefined || principal.kind === 'anyone'
    ? `address ${callerAddress(request)}`
    : `${principal.kind} ${principal.id}`;
}
