import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';

describe('What only the person can mend fails the run at once:', () => {
  const google = changedGoogle();

  it('a missing scope', async () => {
    const scope = { kind: 'status', status: 403, reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' };
    await google.fault(scope, { times: ALWAYS });

    const answer = await google.sync('/full');

    await google.failed(answer, {
      status: 502,
      code: 'google-unavailable',
      says: /does not permit/,
      advises: /Google's console/,
    });
    expect(await google.requests()).toHaveLength(1);
    await google.nothingIsLost();
  });
});
