import {
  GoogleError,
  GoogleUnavailable,
  PageTokenRefused,
  RateLimited,
  SignInNeeded,
  SyncTokenExpired,
} from '#google-people';
import { CodedError } from '#platform';

import { ListIncomplete } from '../pages/list-pages.js';
import { type RunFailure } from '../runs/end-run.sql.js';

/** What {@link RunFailure} says, thrown. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';

  constructor(
    readonly failure: RunFailure,
    options: ErrorOptions,
  ) {
    super(failure.detail, options);
  }
}

export function runFailure(error: unknown): RunFailure {
  if (error instanceof CodedError) return { code: error.code, detail: error.message };
  if (error instanceof SignInNeeded) {
    return { code: 'not-authenticated', detail: `${error.message}. Open /api/auth/google in a browser.` };
  }
  if (error instanceof ListIncomplete) return { code: 'google-list-incomplete', detail: error.message };
  if (error instanceof RateLimited) {
    return {
      code: 'google-rate-limited',
      detail: `${error.message}. The next sync tries again.`,
      ...(error.retryAfterMs === null ? {} : { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1_000) }),
    };
  }
  if (
    error instanceof GoogleUnavailable ||
    error instanceof PageTokenRefused ||
    error instanceof SyncTokenExpired
  ) {
    return { code: 'google-unavailable', detail: `${error.message}. The next sync tries again.` };
  }
  if (error instanceof GoogleError) {
    return {
      code: 'google-unavailable',
      detail: `${error.message}. Trying again does not help by itself: look at the OAuth client and the People API in Google's console.`,
    };
  }
  return {
    code: 'internal-error',
    detail: 'An unexpected error ended the run; the log says more under its runId.',
  };
}
