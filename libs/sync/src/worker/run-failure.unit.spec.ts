import { describe, expect, it } from '@jest/globals';
import {
  ClientRefused,
  CredentialsTurnedAway,
  GoogleUnavailable,
  GoogleUnreachable,
  PageTokenRefused,
  PermissionMissing,
  RateLimited,
  RequestRefused,
  SignInNeeded,
  SyncTokenExpired,
} from '#google-people';
import { CodedError } from '#platform';

import { ListIncomplete } from '../pages/list-pages.js';
import { RunFailed, runFailure } from './run-failure.js';

describe('A run that failed tells what happened and what to do:', () => {
  it('a sign-in that is over: sign in again, and where', () => {
    expect(runFailure(new SignInNeeded('Google no longer accepts this sign-in'))).toEqual({
      code: 'not-authenticated',
      detail: 'Google no longer accepts this sign-in. Open /api/auth/google in a browser.',
    });
  });

  it("the service's own set-up, refused: mend it, and nobody has to sign in", () => {
    expect(runFailure(new ClientRefused('The OAuth client was deleted'))).toEqual({
      code: 'google-client-refused',
      detail:
        'The OAuth client was deleted. No account has to sign in; once this is mended, all go on by themselves.',
    });
  });

  it('a list without a sync token: nothing is deleted, try later', () => {
    expect(runFailure(new ListIncomplete())).toEqual({
      code: 'google-list-incomplete',
      detail:
        "Google's list ended without a sync token. What came is kept, nothing is deleted; try again later.",
    });
  });

  describe('a rate limit: the next sync tries again', () => {
    it.each([
      [0, 0],
      [1, 1],
      [1_000, 1],
      [1_001, 2],
      [60_000, 60],
    ])('no sooner than Google asked (%i ms, in whole seconds: %i)', (retryAfterMs, retryAfterSeconds) => {
      expect(runFailure(new RateLimited('Google limits the rate of requests', retryAfterMs))).toEqual({
        code: 'google-rate-limited',
        detail: 'Google limits the rate of requests. The next sync tries again.',
        retryAfterSeconds,
      });
    });

    it('without a time where Google gave none', () => {
      expect(runFailure(new RateLimited('Google limits the rate of requests', null))).toEqual({
        code: 'google-rate-limited',
        detail: 'Google limits the rate of requests. The next sync tries again.',
      });
    });
  });

  it.each([
    ['Google is down', new GoogleUnavailable('It went wrong')],
    ['Google could not be reached', new GoogleUnreachable('It went wrong')],
    ['Google turned good credentials away', new CredentialsTurnedAway('It went wrong')],
    ['every beginning of the list was refused', new PageTokenRefused('It went wrong')],
    ['a full sync was told that its sync token is expired', new SyncTokenExpired('It went wrong')],
  ])('%s: the next sync tries again', (_, error) => {
    expect(runFailure(error)).toEqual({
      code: 'google-unavailable',
      detail: 'It went wrong. The next sync tries again.',
    });
  });

  it.each([
    ['Google does not permit the request', new PermissionMissing('It was refused')],
    ['Google refuses the request itself', new RequestRefused('It was refused')],
  ])('%s: the operator must look in Google’s console', (_, error) => {
    expect(runFailure(error)).toEqual({
      code: 'google-unavailable',
      detail:
        "It was refused. Trying again does not help by itself: look at the OAuth client and the People API in Google's console.",
    });
  });

  it('an error with a code: its own code and words', () => {
    expect(runFailure(new CodedError('service-stopping', 'The service is stopping.'))).toEqual({
      code: 'service-stopping',
      detail: 'The service is stopping.',
    });
  });

  it.each([new TypeError('Ada Lovelace has no address'), 'Ada Lovelace', undefined])(
    'anything else (%p): the log says more, the answer nothing of what was thrown',
    (error) => {
      expect(runFailure(error)).toEqual({
        code: 'internal-error',
        detail: 'An unexpected error ended the run; the log says more under its runId.',
      });
    },
  );
});

describe('The failure of a run, thrown,', () => {
  it('has its sentence as message, and its cause', () => {
    const cause = new GoogleUnavailable('Google is not available');
    const failed = new RunFailed(runFailure(cause), { cause });
    expect(failed.message).toBe('Google is not available. The next sync tries again.');
    expect(failed.failure.code).toBe('google-unavailable');
    expect(failed.cause).toBe(cause);
  });
});
