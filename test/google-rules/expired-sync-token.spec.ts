import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';

describe('An expired sync token', () => {
  const google = changedGoogle();

  it.each([
    [
      1,
      'a reason, HTTP 400',
      { status: 400, reason: 'EXPIRED_SYNC_TOKEN', errorStatus: 'FAILED_PRECONDITION' },
    ],
    [1, 'a message, HTTP 400', { status: 400, message: 'Sync token is expired. Clear local cache.' }],
    [1, 'a message, HTTP 400 (invalid)', { status: 400, message: 'Sync token is invalid.' }],
    [1, 'HTTP 410', { status: 410 }],
    [2, 'a reason, HTTP 400', { status: 400, reason: 'EXPIRED_SYNC_TOKEN' }],
    [2, 'HTTP 410', { status: 410 }],
  ])('leads, on page %i by %s, to one full sync', async (page, _, how) => {
    await google.control('POST', '/control/persons', { count: 20 });
    await google.fault({ kind: 'status', ...how }, { when: { page, syncOnly: true }, times: ALWAYS });

    const { status, body } = await google.sync();

    expect(status).toBe(200);
    expect(body.run).toMatchObject({ mode: 'full', fallbackReason: 'sync-token-expired' });
    const asked = await google.requests();
    expect(asked.filter(({ query }) => query.syncToken !== undefined)).toHaveLength(page);
    expect(body.statistics).toMatchObject({ created: 21, updated: 2, deleted: 1, errors: 0 });
    await google.isGooglesState();
  });

  it('that a full sync is told of leads to no other one', async () => {
    await google.fault(
      { kind: 'status', status: 400, reason: 'EXPIRED_SYNC_TOKEN', message: 'Sync token is expired.' },
      { times: ALWAYS },
    );

    const answer = await google.sync();

    await google.failed(answer, {
      status: 502,
      code: 'google-unavailable',
      says: /sync token/,
      advises: /next sync/,
    });
    expect(await google.requests()).toHaveLength(2);
    await google.nothingIsLost();
  });
});
