import {
  type IRetryBackoffContext,
  handleWhen,
  type IBackoffFactory,
  retry,
  type RetryPolicy,
} from 'cockatiel';

import { classOf, googleFailure } from './google-error-classes.js';
import { GoogleError, RateLimited } from './google-errors.js';
import { type RequestRetry } from './request-watch.js';

export interface RetryLimits {
  /** How often a request is tried again. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** How often requests of one run are tried again in all. */
  readonly budget: number;
}

/** Google asks for 500 ms or more before a first retry; a minute is the window of most of its quotas. */
export const DEFAULT_RETRY_LIMITS: RetryLimits = {
  attempts: 5,
  firstDelayMs: 500,
  longestDelayMs: 60_000,
  budget: 30,
};

/** One run's retries of what passes by itself: exponential delays with equal jitter, never before Retry-After. */
export function retryPolicy(limits: RetryLimits): RetryPolicy {
  let left = limits.budget;
  const passesByItself = (error: unknown): boolean => {
    if (!(error instanceof GoogleError && classOf(error).reaction === 'retry') || left === 0) return false;
    // Better to give the account back than to keep it waiting for so long.
    if (error instanceof RateLimited && (error.retryAfterMs ?? 0) > limits.longestDelayMs) return false;
    left -= 1;
    return true;
  };
  return retry(handleWhen(passesByItself), {
    maxAttempts: limits.attempts,
    backoff: backoff(limits, 1),
  });
}

function backoff(limits: RetryLimits, attempt: number): IBackoffFactory<IRetryBackoffContext<unknown>> {
  return {
    next: (context) => {
      const ceiling = Math.min(limits.firstDelayMs * 2 ** attempt, limits.longestDelayMs);
      const delay = ceiling / 2 + Math.random() * (ceiling / 2);
      const asked =
        'error' in context.result && context.result.error instanceof RateLimited
          ? (context.result.error.retryAfterMs ?? 0)
          : 0;
      return { duration: Math.max(delay, asked), ...backoff(limits, attempt + 1) };
    },
  };
}

/** What becomes of a try that failed. @param tries how many there were */
export function requestRetry(
  error: unknown,
  waitMs: number,
  tries: number,
  limits: RetryLimits,
): RequestRetry {
  const code = error instanceof GoogleError ? googleFailure(error).code : 'google-unavailable';
  return { code, waitMs, tryNumber: tries, of: limits.attempts + 1 };
}
