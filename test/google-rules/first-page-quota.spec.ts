import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('The extra quota of a full sync’s first page', () => {
  const google = changedGoogle();

  it('fails the run, without waiting a minute for it', async () => {
    await google.control('POST', '/control/quota', { fullSyncFirstPagesPerMinute: 0 });
    const started = performance.now();

    const answer = await google.sync('/full');

    await google.failed(answer, {
      status: 503,
      code: 'google-rate-limited',
      says: /HTTP 429, RATE_LIMIT_EXCEEDED/,
      advises: /next sync/,
    });
    // Google asked for a minute, which is longer than this service waits.
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(55);
    expect(await google.requests()).toHaveLength(1);
    // An incremental list does not touch that quota.
    await google.nothingIsLost();
  });
});
