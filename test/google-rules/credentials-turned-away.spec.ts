import { describe, expect, it } from '@jest/globals';

import { ALWAYS, changedGoogle } from './changed-google.js';
import { IMPATIENT } from './impatient-service.js';

describe('A 401 of the People API', () => {
  const google = changedGoogle();

  it('that comes twice, though the access token is new, passes', async () => {
    await google.fault({ kind: 'status', status: 401 }, { times: 2 });

    expect((await google.sync()).status).toBe(200);

    expect(await google.requests()).toHaveLength(3);
    expect(await google.requests('/token')).toHaveLength(1);
    expect((await google.account()).state).toBe('idle');
    await google.isGooglesState();
  });

  it('that does not pass fails the run, and no person is asked to sign in', async () => {
    await google.fault({ kind: 'status', status: 401 }, { times: ALWAYS });

    await google.failed(await google.sync(), {
      status: 502,
      code: 'google-unavailable',
      says: /just now .*401/,
      advises: /The next sync tries again/,
    });

    expect(await google.requests()).toHaveLength(2 + IMPATIENT.attempts);
    expect(await google.requests('/token')).toHaveLength(1);
    expect((await google.account()).state).toBe('error');
    await google.nothingIsLost();
  });

  it.each(['', '?dryRun=true'])(
    'with the words of a sign-in that is over ends none: only the token endpoint can say so (%s)',
    async (path) => {
      const body = JSON.stringify({ error: 'invalid_grant', error_description: 'Bad Request' });
      await google.fault({ kind: 'status', status: 401, body }, { times: ALWAYS });

      expect((await google.sync(path)).body).toMatchObject({ status: 502, code: 'google-unavailable' });

      expect((await google.account()).state).not.toBe('needs-reauth');
      await google.nothingIsLost();
    },
  );
});
