import { describe, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A rate limit is waited out:', () => {
  const google = changedGoogle();

  it.each([
    ['HTTP 429 with Retry-After in seconds', { kind: 'status', status: 429, retryAfter: 0 }, 2],
    ['HTTP 429 without it', { kind: 'status', status: 429 }, 2],
    ['HTTP 403 with a rate limit', { kind: 'status', status: 403, reason: 'rateLimitExceeded' }, 1],
    [
      'HTTP 403 with a user’s rate limit',
      { kind: 'status', status: 403, reason: 'userRateLimitExceeded' },
      1,
    ],
    ['HTTP 403 with a quota', { kind: 'status', status: 403, reason: 'quotaExceeded' }, 1],
    [
      'HTTP 403 with a quota in the older shape',
      {
        kind: 'status',
        status: 403,
        body: '{"error":{"code":403,"message":"Quota","errors":[{"reason":"rateLimitExceeded"}]}}',
      },
      1,
    ],
  ])('%s', async (_, limit, times) => {
    await google.fault(limit, { when: { page: 2 }, times });

    await google.comesThroughAfter(times);
  });
});
