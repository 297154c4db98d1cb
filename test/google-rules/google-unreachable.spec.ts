import { describe, expect, it } from '@jest/globals';

import { ALWAYS } from './changed-google.js';
import { startImpatientService } from './impatient-service.js';

describe('A Google that is not there', () => {
  it.each([
    ['refuses connections', 'http://127.0.0.1:9', /ECONNREFUSED/],
    ['has no address', 'https://people.invalid', /ENOTFOUND|EAI_AGAIN/],
  ])('%s: the run fails, and says so', async (_, address, says) => {
    const service = await startImpatientService((environment) => ({
      ...environment,
      PEOPLE_API_URL: address,
    }));
    try {
      const { status, body } = await service.api('POST', '/api/sync');
      expect(status).toBe(502);
      expect(body).toMatchObject({ code: 'google-unavailable' });
      expect(body.detail).toMatch(says);
      expect(body.detail).toMatch(/The next sync tries again/);
    } finally {
      await service.stop();
    }
  });

  it('has no token endpoint: the run fails, and the account needs no sign-in', async () => {
    const service = await startImpatientService();
    try {
      await service.google.control('POST', '/control/access-tokens/expire');
      await service.google.control('POST', '/control/faults', {
        where: 'token',
        fault: { kind: 'reset' },
        times: ALWAYS,
      });
      const { status, body } = await service.api('POST', '/api/sync');
      expect(status).toBe(502);
      expect(body.detail).toMatch(/ECONNRESET/);
      expect((await service.api('GET', '/api/sync/status')).body.accounts[0].state).toBe('error');
    } finally {
      await service.stop();
    }
  });

  it('has no token endpoint at the start: the sync fails, and nobody is asked to sign in', async () => {
    const service = await startImpatientService((environment) => ({
      ...environment,
      GOOGLE_OAUTH_TOKEN_URL: 'http://127.0.0.1:9/token',
    }));
    try {
      const { status, body } = await service.api('POST', '/api/sync');
      expect({ status, code: body.code }).toEqual({ status: 502, code: 'google-unavailable' });
      expect(body.detail).toMatch(/ECONNREFUSED/);
      expect((await service.api('GET', '/api/accounts')).body.items).toEqual([]);
    } finally {
      await service.stop();
    }
  });
});
