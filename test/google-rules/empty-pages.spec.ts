import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A page that shows nobody', () => {
  const google = changedGoogle();

  it('is followed to the next one, if there is one', async () => {
    await google.fault({ kind: 'empty-page' }, { when: { page: 1 }, times: 2 });
    await google.fault({ kind: 'empty-page' }, { when: { page: 2 } });
    expect((await google.sync('/full')).status).toBe(200);
    await google.isGooglesState();
  });

  it('is a whole list when nothing changed, and has no connections then', async () => {
    await google.nothingIsLost();
    await google.control('DELETE', '/control/requests');

    const { body } = await google.sync();

    expect(body.statistics).toEqual({
      total_fetched: 0,
      created: 0,
      updated: 0,
      deleted: 0,
      not_listed: 0,
      merged: 0,
      unchanged: 0,
      errors: 0,
      pages: 1,
    });
    expect(await google.pagesAsked()).toEqual([1]);
    await google.isGooglesState();
  });
});
