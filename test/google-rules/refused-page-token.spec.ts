import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';

const REFUSED = { kind: 'status', status: 400, message: 'Page token is invalid.' };

describe('A page token that Google refuses', () => {
  const google = changedGoogle();

  it('in the middle lets the pages begin again, and what was deleted meanwhile is deleted', async () => {
    await google.fault({ kind: 'delay', ms: 150 }, { when: { page: 2 } });
    const running = google.sync('/full');
    await google.untilAsksForPage(2);
    // Page 1 has shown it already.
    await google.control('DELETE', google.person(2));
    await google.fault(REFUSED, { when: { page: 3 } });

    const { status, body } = await running;

    expect(status).toBe(200);
    expect(await google.pagesAsked()).toEqual([1, 2, 3, 1, 2, 3]);
    // Each person counts once, though most came twice.
    expect(body.statistics).toMatchObject({ created: 1, updated: 2, deleted: 2 });
    await google.isGooglesState();
  });

  it('with all others of its time lets the pages begin again too', async () => {
    await google.fault({ kind: 'delay', ms: 150 }, { when: { page: 1 } });
    const running = google.sync('/full');
    await google.untilAsksForPage(1);
    await google.control('POST', '/control/page-tokens/refuse');
    await google.fault(REFUSED, { when: { page: 2 } });

    expect((await running).status).toBe(200);
    await google.isGooglesState();
  });

  it('on an incremental list leaves the sync token on every page', async () => {
    await google.control('POST', '/control/persons', { count: 30 });
    await google.fault(REFUSED, { when: { page: 2 } });

    expect((await google.sync()).body.run).toMatchObject({ mode: 'incremental', fallbackReason: null });

    const asked = await google.requests();
    expect(asked.length).toBeGreaterThan(4);
    for (const { query } of asked) {
      expect(query).toMatchObject({
        syncToken: expect.any(String),
        pageSize: '10',
        requestSyncToken: 'true',
      });
    }
    await google.isGooglesState();
  });

  it('always fails the run after a few beginnings', async () => {
    await google.fault(REFUSED, { when: { page: 2 }, times: ALWAYS });

    await google.failed(await google.sync('/full'), {
      status: 502,
      code: 'google-unavailable',
      says: /page token/,
      advises: /next sync/,
    });

    expect(await google.requests()).toHaveLength(8);
    await google.nothingIsLost();
  });
});
