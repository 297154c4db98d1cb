import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('An access token', () => {
  const google = changedGoogle();

  it('that ends in the middle of a run is renewed once', async () => {
    await google.fault({ kind: 'delay', ms: 150 }, { when: { page: 2 } });
    const running = google.sync('/full');
    await google.untilAsksForPage(2);
    await google.control('POST', '/control/access-tokens/expire');

    expect((await running).status).toBe(200);

    expect((await google.requests()).filter(({ status }) => status === 401)).toHaveLength(1);
    expect(await google.requests('/token')).toHaveLength(1);
    await google.isGooglesState();
  });

  it('that Google refuses now and then though it is good is renewed once, and no person is asked', async () => {
    await google.fault({ kind: 'status', status: 401 });

    expect((await google.sync()).status).toBe(200);

    expect(await google.requests()).toHaveLength(2);
    expect(await google.requests('/token')).toHaveLength(1);
    await google.isGooglesState();
  });
});
