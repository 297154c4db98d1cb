import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A change that nobody can see', () => {
  const google = changedGoogle();

  it('of etag, update time and the order of items is none', async () => {
    await google.nothingIsLost();
    const head = await google.lastPosition();
    await google.control('PATCH', google.person(3), {});

    const incremental = await google.sync();
    const full = await google.sync('/full');

    const none = { created: 0, updated: 0, deleted: 0 };
    expect(incremental.body.statistics).toMatchObject({ ...none, total_fetched: 1, unchanged: 1 });
    expect(full.body.statistics).toMatchObject({ ...none, total_fetched: 25, unchanged: 25 });
    expect(await google.lastPosition()).toBe(head);
  });
});
