import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';

describe('Page tokens that are new for ever', () => {
  const google = changedGoogle();

  it.each([
    ['nobody', []],
    ['the same person', [{ kind: 'replace-person', persons: [{ resourceName: 'people/c1' }] }]],
  ])('on pages that show %s, fail the run', async (_, more) => {
    const before = await google.token();
    for (const broken of [{ kind: 'empty-page' }, ...more]) await google.fault(broken, { times: ALWAYS });

    await google.failed(await google.sync('/full'), {
      status: 502,
      code: 'google-unavailable',
      says: /does not come to its end: 100 pages in a row showed nobody new/,
      advises: /next sync/,
    });

    expect((await google.requests()).length).toBeLessThanOrEqual(102);
    expect(await google.token()).toEqual(before);
    await google.heal();
    await google.sync('/full');
    await google.nothingIsLost();
  });
});
