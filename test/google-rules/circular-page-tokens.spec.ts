import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';

describe('Page tokens that lead in a circle', () => {
  const google = changedGoogle();

  it('are left, and the list begins again', async () => {
    await google.fault({ kind: 'loop-page-token' }, { when: { page: 2 }, times: 2 });
    expect((await google.sync('/full')).status).toBe(200);
    await google.isGooglesState();
  });

  it('always fail the run', async () => {
    await google.fault({ kind: 'loop-page-token' }, { when: { page: 2 }, times: ALWAYS });

    await google.failed(await google.sync('/full'), {
      status: 502,
      code: 'google-unavailable',
      says: /circle/,
      advises: /next sync/,
    });

    await google.nothingIsLost();
  });
});
