import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';

describe("The service's own set-up, refused by Google, fails the run at once, and no person is asked to sign in:", () => {
  const google = changedGoogle();

  it.each([
    ['a client that Google does not know', 401, 'invalid_client', /GOOGLE_CLIENT_ID/],
    ['a client that was deleted', 401, 'deleted_client', /deleted: restore it/],
    ['a client that is disabled', 401, 'disabled_client', /enable it in Google's console/],
    ['a sign-in of another client', 401, 'unauthorized_client', /another OAuth client/],
    ['a sign-in of another client, as 400', 400, 'unauthorized_client', /another OAuth client/],
  ])('%s (%i %s)', async (_, status, reason, says) => {
    await google.control('POST', '/control/access-tokens/expire');
    await google.tokenFault({ kind: 'status', status, reason }, ALWAYS);

    for (const path of ['', '/full']) {
      await google.failed(await google.sync(path), {
        status: 502,
        code: 'google-client-refused',
        says,
        advises: /No account has to sign in/,
      });
    }

    expect((await google.sync('?dryRun=true')).body).toMatchObject({ code: 'google-client-refused' });
    expect(await google.account()).toMatchObject({ state: 'error' });
    expect(await google.requests('/token')).toHaveLength(3);
    await google.nothingIsLost();
  });

  it.each(['SERVICE_DISABLED', 'accessNotConfigured'])(
    'a People API that is not enabled (%s)',
    async (reason) => {
      await google.fault({ kind: 'status', status: 403, reason }, { times: ALWAYS });

      await google.failed(await google.sync('/full'), {
        status: 502,
        code: 'google-client-refused',
        says: /People API is not enabled/,
        advises: /No account has to sign in/,
      });

      expect(await google.requests()).toHaveLength(1);
      expect(await google.account()).toMatchObject({ state: 'error' });
      await google.nothingIsLost();
    },
  );
});
