import { type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CodedError, type RateLimit } from '#platform';
import { type Request } from 'express';

import { principalIn } from '../principal.js';
import { CallWindows } from './call-windows.js';
import { callerAddress } from './caller-address.js';

/** Limits the calls of a token, or of an address where there is none, over all routes but health. */
export class RateLimitGuard implements CanActivate {
  private readonly windows = new CallWindows();

  constructor(private readonly limit: RateLimit) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (/^\/health\//i.test(request.path)) return true;
    const { calls, windowMs } = this.limit;
    const { isBlocked, secondsLeft } = this.windows.count(callerOf(request), windowMs, calls);
    if (!isBlocked) return true;
    throw new CodedError(
      'rate-limited',
      `More than ${calls} calls within ${windowMs / 1_000} s. Wait ${secondsLeft} s, or raise RATE_LIMIT.`,
      { retryAfterSeconds: secondsLeft },
    );
  }
}

function callerOf(request: Request): string {
  const principal = principalIn(request);
  return principal === undefined || principal.kind === 'anyone'
    ? `address ${callerAddress(request)}`
    : `${principal.kind} ${principal.id}`;
}
