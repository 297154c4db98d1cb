import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A person that a list shows twice', () => {
  const google = changedGoogle();

  it('on a page and over pages, counts once', async () => {
    await google.fault({ kind: 'repeat-person' }, { when: { page: 1 } });
    await google.fault({ kind: 'repeat-person', resourceName: google.names[0] }, { when: { page: 2 } });

    const { body } = await google.sync('/full');

    expect(body.statistics).toMatchObject({ total_fetched: 25, created: 1, updated: 2, deleted: 1 });
    await google.isGooglesState();
  });
});
