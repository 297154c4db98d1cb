import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A list that ends without a sync token', () => {
  const google = changedGoogle();

  it('keeps the old one, and nothing is deleted', async () => {
    const before = await google.token();
    await google.fault({ kind: 'truncate' }, { when: { page: 2 } });

    await google.failed(await google.sync('/full'), {
      status: 502,
      code: 'google-list-incomplete',
      says: /without a sync token/,
      advises: /try again/,
    });

    expect(await google.token()).toEqual(before);
    await google.nothingIsLost();
  });
});
