import { type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CodedError, type RateLimit } from '#platform';
import { type Request } from 'express';

import { CallWindows } from './call-windows.js';
import { callerOf } from './caller.js';

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
