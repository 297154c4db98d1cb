import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';

describe('What only the operator can mend fails the run at once:', () => {
  const google = changedGoogle();

  it.each([
    ['a missing scope', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', /does not permit/],
    ['a switched-off API', 'SERVICE_DISABLED', /does not permit/],
  ])('%s', async (_, reason, says) => {
    await google.fault({ kind: 'status', status: 403, reason }, { times: ALWAYS });

    const answer = await google.sync('/full');

    await google.failed(answer, {
      status: 502,
      code: 'google-unavailable',
      says,
      advises: /Google's console/,
    });
    expect(await google.requests()).toHaveLength(1);
    await google.nothingIsLost();
  });

  it('an OAuth client that Google does not know, and no person is asked to sign in', async () => {
    await google.control('POST', '/control/access-tokens/expire');
    await google.tokenFault({ kind: 'status', status: 401, reason: 'invalid_client' }, ALWAYS);

    await google.failed(await google.sync(), {
      status: 502,
      code: 'google-unavailable',
      says: /does not know this OAuth client/,
      advises: /GOOGLE_CLIENT_ID/,
    });

    await google.nothingIsLost();
  });
});
