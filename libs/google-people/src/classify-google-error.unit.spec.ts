import { describe, expect, it } from '@jest/globals';
import { Gaxios } from 'gaxios';

import { type Asked, classifyGoogleError } from './classify-google-error.js';
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
} from './google-errors.js';

const PEOPLE_API = 'https://people.invalid/v1/people/me/connections';
const TOKEN_ENDPOINT = 'https://oauth.invalid/token';

const asked = (syncToken: boolean, pageToken: boolean): Asked => ({
  syncToken,
  pageToken,
  tokenUrl: TOKEN_ENDPOINT,
});
const FIRST_PAGE = asked(false, false);
const LATER_PAGE = asked(false, true);
const INCREMENTAL = asked(true, false);
const INCREMENTAL_LATER_PAGE = asked(true, true);

/** What Google's client throws for such an answer, or where there was none. */
async function thrownFor(fetchImplementation: typeof fetch, url = PEOPLE_API): Promise<unknown> {
  const client = new Gaxios({ fetchImplementation, retry: false });
  return client.request({ url }).then(
    () => Promise.reject(new Error('That was no failure')),
    (error: unknown) => error,
  );
}

/** @param body a string goes as a web page, anything else as JSON */
async function answer(
  status: number,
  body: unknown = {},
  request = INCREMENTAL_LATER_PAGE,
  headers: Record<string, string> = {},
  url = PEOPLE_API,
): Promise<Error> {
  const isJson = typeof body !== 'string';
  const thrown = await thrownFor(
    () =>
      Promise.resolve(
        new Response(isJson ? JSON.stringify(body) : body, {
          status,
          headers: { 'content-type': isJson ? 'application/json' : 'text/html', ...headers },
        }),
      ),
    url,
  );
  return classifyGoogleError(thrown, request);
}

const answerOfTokenEndpoint = (status: number, body: unknown): Promise<Error> =>
  answer(status, body, FIRST_PAGE, {}, TOKEN_ENDPOINT);

/** The shape of today: google.rpc.Status, with the reason in an ErrorInfo. */
const withReason = (reason: string, message = '') => ({
  error: { message, details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] },
});
/** The older shape. */
const withOlderReason = (reason: string, message = '') => ({
  error: { message, errors: [{ domain: 'usageLimits', reason }] },
});
const withStatus = (status: string, message = '') => ({ error: { status, message } });
const withMessage = (message: string) => ({ error: { message } });
/** The shape of the token endpoint (RFC 6749, 5.2). */
const ofTokenEndpoint = (error: string, description?: string) => ({ error, error_description: description });

const EXPIRED = 'Sync token is expired. Clear local cache and retry call without the sync token.';

describe('An expired sync token', () => {
  it.each([
    ['the documented reason', 400, withReason('EXPIRED_SYNC_TOKEN', EXPIRED)],
    ['the documented reason, whatever the status', 410, withReason('EXPIRED_SYNC_TOKEN')],
    ['the reason in the older shape', 400, withOlderReason('EXPIRED_SYNC_TOKEN')],
    ['FAILED_PRECONDITION and its message', 400, withStatus('FAILED_PRECONDITION', EXPIRED)],
    ['a message that calls it invalid', 400, withMessage('Sync token is invalid.')],
    ['a message that writes it as one word', 400, withMessage('Invalid value for syncToken')],
    ['HTTP 410 alone', 410, {}],
    ['HTTP 410 with a web page', 410, '<html>Gone</html>'],
  ])('is told by %s', async (_, status, body) => {
    expect(await answer(status, body, INCREMENTAL)).toBeInstanceOf(SyncTokenExpired);
    expect(await answer(status, body, INCREMENTAL_LATER_PAGE)).toBeInstanceOf(SyncTokenExpired);
  });

  it.each([
    ['a request without one that gets HTTP 410', 410, {}],
    ['a request without one whose answer speaks of one', 400, withMessage(EXPIRED)],
  ])('is not what is wrong with %s', async (_, status, body) => {
    expect(await answer(status, body, FIRST_PAGE)).toBeInstanceOf(RequestRefused);
    expect(await answer(status, body, LATER_PAGE)).toBeInstanceOf(RequestRefused);
  });

  it('is not what is wrong where a message only names it', async () => {
    const body = withMessage('The sync token must be used with the same page size.');
    expect(await answer(400, body, INCREMENTAL)).toBeInstanceOf(RequestRefused);
  });
});

describe('A refused page token', () => {
  it.each(['Page token is invalid.', 'Invalid value for pageToken'])(
    'is told by its message: %s',
    async (says) => {
      expect(await answer(400, withMessage(says), LATER_PAGE)).toBeInstanceOf(PageTokenRefused);
      expect(await answer(400, withMessage(says), INCREMENTAL_LATER_PAGE)).toBeInstanceOf(PageTokenRefused);
    },
  );

  it('is not what is wrong with a request that had none', async () => {
    expect(await answer(400, withMessage('Page token is invalid.'), FIRST_PAGE)).toBeInstanceOf(
      RequestRefused,
    );
  });
});

describe('A rate limit', () => {
  it.each([
    ['HTTP 429', 429, {}],
    ['HTTP 429 with a reason', 429, withReason('RATE_LIMIT_EXCEEDED')],
    ['HTTP 429 with a web page', 429, '<html>Too many requests</html>'],
    ['HTTP 403, RATE_LIMIT_EXCEEDED', 403, withReason('RATE_LIMIT_EXCEEDED')],
    ['HTTP 403, rateLimitExceeded', 403, withOlderReason('rateLimitExceeded')],
    ['HTTP 403, userRateLimitExceeded', 403, withOlderReason('userRateLimitExceeded')],
    ['HTTP 403, quotaExceeded', 403, withOlderReason('quotaExceeded')],
    ['HTTP 403, RESOURCE_EXHAUSTED', 403, withStatus('RESOURCE_EXHAUSTED')],
  ])('is told by %s', async (_, status, body) => {
    expect(await answer(status, body)).toBeInstanceOf(RateLimited);
  });

  const withUnit = (unit: unknown) => ({
    error: { details: [{ reason: 'RATE_LIMIT_EXCEEDED', metadata: { quota_unit: unit } }] },
  });
  it.each([
    ['the project', 429, withUnit('1/min/{project}'), 'project'],
    ['the project', 429, withMessage("limit 'Read requests per minute' of service"), 'project'],
    ['the project', 403, withOlderReason('rateLimitExceeded'), 'project'],
    ['nobody', 429, {}, 'project'],
    ['nobody in words', 429, withUnit(7), 'project'],
    ['the person', 429, withUnit('1/min/{project}/{user}'), 'person'],
    ['the person', 429, withMessage("limit 'Read requests per minute per user' of service"), 'person'],
    ['the person', 403, withOlderReason('rateLimitExceeded', 'Queries per minute per user'), 'person'],
    ['the person', 403, withOlderReason('userRateLimitExceeded'), 'person'],
    ['a day', 429, withUnit('1/d/{project}'), 'other'],
    ['a day', 429, withMessage("limit 'Read requests per day' of service"), 'other'],
    ['a day', 403, withOlderReason('quotaExceeded'), 'other'],
  ])('of which Google names %s (HTTP %i, %j) is that of %s', async (_, status, body, limit) => {
    expect(await answer(status, body)).toMatchObject({ limit });
  });

  it('of the token endpoint is none of the People API', async () => {
    expect(await answerOfTokenEndpoint(429, ofTokenEndpoint('rate_limit_exceeded'))).toMatchObject({
      limit: 'other',
    });
  });

  const retryAfterMs = async (value?: string): Promise<unknown> =>
    ((await answer(429, {}, FIRST_PAGE, value === undefined ? {} : { 'retry-after': value })) as RateLimited)
      .retryAfterMs;

  it.each([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
  ])('with Retry-After in seconds (%s) asks for %i ms', async (value, expected) => {
    expect(await retryAfterMs(value)).toBe(expected);
  });

  it('with Retry-After as an HTTP date asks for the time until then', async () => {
    const asked = await retryAfterMs(new Date(Date.now() + 60_000).toUTCString());
    // The date has whole seconds only.
    expect(asked).toBeGreaterThan(50_000);
    expect(asked).toBeLessThanOrEqual(60_000);
  });

  it('with a date that has passed asks for nothing', async () => {
    expect(await retryAfterMs('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
  });

  it.each([undefined, 'soon', '', '-1s'])('with %p as Retry-After does not say how long', async (value) => {
    expect(await retryAfterMs(value)).toBeNull();
  });
});

describe('A sign-in that is over', () => {
  const REVOKED = ofTokenEndpoint('invalid_grant', 'Token has been expired or revoked.');

  it('is told by invalid_grant of the token endpoint', async () => {
    expect(await answerOfTokenEndpoint(400, REVOKED)).toBeInstanceOf(SignInNeeded);
  });

  it.each([
    ['the same words from elsewhere', 400, REVOKED],
    ['the same words from elsewhere with 401', 401, REVOKED],
    ['HTTP 401', 401, withStatus('UNAUTHENTICATED', 'Request had invalid authentication credentials.')],
    ['HTTP 401 with a web page', 401, '<html>Sign in</html>'],
  ])('is not told by %s', async (_, status, body) => {
    expect(await answer(status, body)).not.toBeInstanceOf(SignInNeeded);
  });
});

describe('Credentials that Google turns away just now', () => {
  it.each([
    ['HTTP 401', withStatus('UNAUTHENTICATED', 'Request had invalid authentication credentials.')],
    ['HTTP 401 with a reason', withReason('ACCESS_TOKEN_EXPIRED')],
    ['HTTP 401 with a web page', '<html>Sign in</html>'],
  ])('are told by %s', async (_, body) => {
    expect(await answer(401, body)).toBeInstanceOf(CredentialsTurnedAway);
    expect(await answerOfTokenEndpoint(401, body)).toBeInstanceOf(CredentialsTurnedAway);
  });
});

describe('What a person must permit', () => {
  it.each([
    ['a missing scope', 403, withReason('ACCESS_TOKEN_SCOPE_INSUFFICIENT')],
    ['HTTP 403 without a reason', 403, withStatus('PERMISSION_DENIED')],
    ['HTTP 403 with a web page', 403, '<html>Forbidden</html>'],
  ])('is told by %s', async (_, status, body) => {
    expect(await answer(status, body)).toBeInstanceOf(PermissionMissing);
  });
});

describe("The service's own set-up, refused by Google,", () => {
  it.each([
    [401, 'invalid_client', /GOOGLE_CLIENT_ID/],
    [401, 'deleted_client', /restore it in Google's console/],
    [401, 'disabled_client', /enable it in Google's console/],
    [401, 'unauthorized_client', /another OAuth client/],
    [400, 'unauthorized_client', /another OAuth client/],
    [400, 'redirect_uri_mismatch', /PUBLIC_URL/],
  ])(
    'is told by the token endpoint: %i %s, and the message says what to mend',
    async (status, word, says) => {
      const error = await answerOfTokenEndpoint(
        status,
        ofTokenEndpoint(word, 'The OAuth client was deleted.'),
      );
      expect(error).toBeInstanceOf(ClientRefused);
      expect(error.message).toMatch(says);
      expect(error.message).toContain(`(HTTP ${status}, ${word})`);
    },
  );

  it.each([
    withReason('SERVICE_DISABLED'),
    withOlderReason('accessNotConfigured'),
    withReason('CONSUMER_INVALID'),
    withReason('CONSUMER_SUSPENDED'),
    withReason('BILLING_DISABLED'),
  ])('is told by the People API: %j', async (body) => {
    expect(await answer(403, body)).toBeInstanceOf(ClientRefused);
  });
});

describe('A Google that is down', () => {
  it.each([408, 500, 502, 503, 504, 599])(
    'is told by HTTP %i, with Google’s words or a web page',
    async (status) => {
      expect(await answer(status, withMessage('Try again.'))).toBeInstanceOf(GoogleUnavailable);
      expect(await answer(status, '<html>Bad gateway</html>')).toBeInstanceOf(GoogleUnavailable);
    },
  );
});

describe('A broken way to Google', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])(
    'is told by no answer at all, and its message by %s',
    async (code) => {
      const thrown = await thrownFor(() =>
        Promise.reject(Object.assign(new Error('fetch failed'), { code })),
      );
      const error = classifyGoogleError(thrown, FIRST_PAGE);
      expect(error).toBeInstanceOf(GoogleUnreachable);
      expect(error.message).toBe(`Google could not be reached (${code})`);
    },
  );

  it('is told by a request that took too long', async () => {
    const thrown = await thrownFor(() => Promise.reject(new DOMException('too long', 'TimeoutError')));
    const error = classifyGoogleError(thrown, FIRST_PAGE);
    expect(error).toBeInstanceOf(GoogleUnreachable);
    expect(error.message).toBe('Google could not be reached (TimeoutError)');
  });

  it.each([
    [new TypeError('terminated'), 'TypeError'],
    ['no error at all', 'unknown error'],
  ])('is told by whatever else was thrown: %p', (thrown, name) => {
    const error = classifyGoogleError(thrown, FIRST_PAGE);
    expect(error).toBeInstanceOf(GoogleUnreachable);
    expect(error.message).toBe(`Google could not be reached (${name})`);
  });
});

describe('A request that Google refuses for itself', () => {
  it.each([
    ['HTTP 400', 400, withStatus('INVALID_ARGUMENT', 'Invalid personFields mask path: "name".')],
    ['HTTP 404', 404, withStatus('NOT_FOUND')],
    ['HTTP 400 with a web page', 400, '<html>Bad request</html>'],
    ['HTTP 400 with a word of the token endpoint that nobody knows', 400, ofTokenEndpoint('invalid_request')],
  ])('is told by %s', async (_, status, body) => {
    expect(await answer(status, body)).toBeInstanceOf(RequestRefused);
  });
});

describe('The class of an error', () => {
  it('is kept once it has one', () => {
    const classified = new RateLimited('limited', 1_000);
    expect(classifyGoogleError(classified, FIRST_PAGE)).toBe(classified);
  });

  it.each([null, 7, 'text', [], { error: null }, { error: { details: [null, 7], errors: [] } }])(
    'is told by the status alone where the body is %p',
    async (body) => {
      expect(await answer(503, body)).toBeInstanceOf(GoogleUnavailable);
      expect(await answer(400, body)).toBeInstanceOf(RequestRefused);
    },
  );

  it('is told by a JSON body that came as text, too', async () => {
    const body = JSON.stringify(withReason('EXPIRED_SYNC_TOKEN'));
    expect(await answer(400, body, INCREMENTAL)).toBeInstanceOf(SyncTokenExpired);
  });

  it('comes with the status and the cause', async () => {
    const error = await answer(503, '<html>Down</html>');
    expect(error.message).toBe('Google is not available (HTTP 503)');
    expect(error.cause).toMatchObject({ response: { status: 503 } });
  });
});

describe('What an error repeats of Google’s words', () => {
  const FREE = 'Ada Lovelace (ada@example.org)';

  it('are its codes, each once', async () => {
    const body = {
      error: {
        status: 'PERMISSION_DENIED',
        message: FREE,
        details: [{ reason: 'SERVICE_DISABLED' }, { reason: 'SERVICE_DISABLED' }],
      },
    };
    expect((await answer(403, body)).message).toMatch(/ \(HTTP 403, SERVICE_DISABLED, PERMISSION_DENIED\)$/);
  });

  it.each([
    ['a message', PEOPLE_API, { error: { message: FREE } }],
    ['a status', PEOPLE_API, withStatus(FREE)],
    ['a reason', PEOPLE_API, withReason(FREE)],
    ['a reason in capitals', PEOPLE_API, withReason('ADA_LOVELACE')],
    ['a reason in the older shape', PEOPLE_API, withOlderReason(FREE)],
    ['a web page', PEOPLE_API, `<html>${FREE}</html>`],
    ['a description of the token endpoint', TOKEN_ENDPOINT, ofTokenEndpoint('invalid_grant', FREE)],
    ['an error of the token endpoint', TOKEN_ENDPOINT, ofTokenEndpoint(FREE, FREE)],
  ])('are never free text, as in %s', async (_, url, body) => {
    for (const status of [400, 401, 403, 404, 408, 410, 429, 503]) {
      for (const request of [FIRST_PAGE, INCREMENTAL_LATER_PAGE, { ...FIRST_PAGE, isDelegated: true }]) {
        expect((await answer(status, body, request, {}, url)).message).not.toMatch(/ada|lovelace/i);
      }
    }
  });
});
