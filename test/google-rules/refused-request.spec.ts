import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A request that Google refuses', () => {
  const google = changedGoogle();

  it.each([
    ['a mask', { kind: 'status', status: 400, message: 'Invalid personFields mask path: "name".' }],
    ['a 404', { kind: 'status', status: 404 }],
  ])('(%s) fails the run at once', async (_, broken) => {
    await google.fault(broken);
    await google.failed(await google.sync(), {
      status: 502,
      code: 'google-unavailable',
      says: /refused the request/,
      advises: /does not help/,
    });
    expect(await google.requests()).toHaveLength(1);
    await google.nothingIsLost();
  });
});
