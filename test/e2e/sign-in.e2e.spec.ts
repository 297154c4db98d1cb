import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startService } from '../../apps/contact-sync/src/service.js';
import { callsTo } from '../support/call.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, startTestService, type TestGoogle, type TestService } from '../support/service.js';

describe('Connecting an account by signing in to Google', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ GOOGLE_REFRESH_TOKEN: '' }, { persons: 3 });
  });
  afterAll(() => service.stop());

  /** Follows the browser to Google, where the person consents at once, and back. */
  const signIn = async (): Promise<URL> => {
    const begun = await fetch(`${service.url}/api/auth/google`, { redirect: 'manual' });
    expect(begun.status).toBe(302);
    const { items } = (await service.google.control('GET', '/control/accounts')).body;
    const google = new URL(begun.headers.get('location') ?? '');
    google.searchParams.set('login_hint', items[0].email);
    google.searchParams.set('auto', '1');
    const consented = await fetch(google, { redirect: 'manual' });
    return new URL(consented.headers.get('location') ?? '');
  };
  const callback = (back: URL) => fetch(`${service.url}${back.pathname}${back.search}`);

  it('answers 401 before anyone is connected', async () => {
    const { status, body } = await service.api('POST', '/api/sync');
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'not-authenticated' });
  });

  it('refuses a state that it did not give', async () => {
    const answer = await fetch(`${service.url}/api/auth/google/callback?state=guess&code=any`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch('text/html');
  });

  it('says why when the person refused', async () => {
    const begun = await fetch(`${service.url}/api/auth/google`, { redirect: 'manual' });
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const answer = await fetch(`${service.url}/api/auth/google/callback?state=${state}&error=access_denied`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toMatch('access_denied');
  });

  it('connects the account, syncs it, and finds it again at the next sign-in', async () => {
    const back = await signIn();
    const answer = await callback(back);
    expect(await answer.text()).toMatch('Connected');
    expect(answer.status).toBe(200);
    const [account] = (await service.api('GET', '/api/accounts')).body.items;
    expect(account).toMatchObject({ state: 'connected', email: expect.stringContaining('@') });
    expect((await service.api('POST', '/api/sync')).body.statistics).toMatchObject({ created: 3 });

    expect((await callback(back)).status).toBe(400);

    expect((await callback(await signIn())).status).toBe(200);
    const { items } = (await service.api('GET', '/api/accounts')).body;
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ id: account.id, contacts: 3 });
  });

  it('asks for a new sign-in once Google revoked the old one', async () => {
    await service.google.control('POST', '/control/refresh-tokens/revoke');
    await service.google.control('POST', '/control/access-tokens/expire');

    const refused = await service.api('POST', '/api/sync');

    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({ code: 'not-authenticated' });
    expect((await service.api('GET', '/api/sync/status')).body.accounts[0].state).toBe('needs-reauth');
    await service.google.control('POST', '/control/refresh-tokens/restore');
    expect((await callback(await signIn())).status).toBe(200);
    expect((await service.api('POST', '/api/sync')).status).toBe(200);
  });
});

describe('Connecting an account by GOOGLE_REFRESH_TOKEN', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  beforeAll(async () => {
    [database, google] = await Promise.all([createTestDatabase(), startGoogle({ persons: 3 })]);
  });
  afterAll(() => Promise.all([database.drop(), google.stop()]));

  /** The service starts with that token, is asked for a sync, and stops. */
  const syncWith = async (refreshToken: string): Promise<{ status: number; state: unknown }> => {
    const service = await startService({
      ...serviceEnvironment(database, google),
      GOOGLE_REFRESH_TOKEN: refreshToken,
    });
    try {
      const api = callsTo(service.url);
      const { status } = await api('POST', '/api/sync');
      return { status, state: (await api('GET', '/api/accounts')).body.items[0].state };
    } finally {
      await service.stop();
    }
  };
  const tokenRequests = async (): Promise<number> => {
    const { items } = (await google.control('GET', '/control/requests')).body;
    return (items as { path: string }[]).filter(({ path }) => path === '/token').length;
  };

  it('tries a token that Google refused once, whatever the restarts, and signs in with another one', async () => {
    expect(await syncWith('demo-refresh-token')).toEqual({ status: 200, state: 'connected' });
    expect(await syncWith('of-somebody-else')).toEqual({ status: 401, state: 'needs-reauth' });
    const tried = await tokenRequests();

    expect(await syncWith('of-somebody-else')).toEqual({ status: 401, state: 'needs-reauth' });

    expect(await tokenRequests()).toBe(tried);
    expect(await syncWith('demo-refresh-token')).toEqual({ status: 200, state: 'connected' });
  });
});
