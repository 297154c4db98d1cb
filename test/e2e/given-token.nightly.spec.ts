import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Answer, type Call, callsTo } from '../support/call.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { SignIns } from '../support/sign-in.js';
import { startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const DEMO = 'demo-refresh-token';
const SECOND = 'second-refresh-token';

describe('The account of GOOGLE_REFRESH_TOKEN', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  beforeEach(async () => {
    [database, google] = await Promise.all([
      createMigratedDatabase(),
      startGoogle({ persons: 3, accounts: [{ name: 'second', persons: 2 }] }),
    ]);
  });
  afterEach(() => Promise.all([database.drop(), google.stop()]));

  /** A service with that token, from its start to its end. */
  const during = async <T>(
    refreshToken: string,
    work: (api: Call, url: string) => Promise<T>,
    variables: Record<string, string> = {},
  ): Promise<T> => {
    const service = await startService({
      ...serviceEnvironment(database, google),
      GOOGLE_REFRESH_TOKEN: refreshToken,
      ...variables,
    });
    try {
      return await work(callsTo(service.url), service.url);
    } finally {
      await service.stop();
    }
  };
  const sync = (accountId?: unknown) => (api: Call) =>
    api('POST', '/api/sync', accountId === undefined ? undefined : { accountId });
  const accounts = async (api: Call) =>
    (await api('GET', '/api/accounts')).body.items as Record<string, unknown>[];
  const accountNamed = async (api: Call, name: string) =>
    (await accounts(api)).find((account) => account.name === name);
  const signIn = async (url: string, email: string): Promise<number> =>
    (await new SignIns(url).signIn(email)).status;
  /** As Google's OAuth playground gives one. */
  const newTokenOf = async (email: string): Promise<string> => {
    const client = { client_id: 'client', redirect_uri: 'http://127.0.0.1/playground' };
    const consent = new URLSearchParams({
      ...client,
      response_type: 'code',
      scope: 'openid email https://www.googleapis.com/auth/contacts.readonly',
      access_type: 'offline',
      prompt: 'consent',
      login_hint: email,
      auto: '1',
    });
    const back = await fetch(`${google.url}/o/oauth2/v2/auth?${consent.toString()}`, { redirect: 'manual' });
    const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const form = { ...client, client_secret: 'secret', grant_type: 'authorization_code', code };
    const body = new URLSearchParams(form);
    const tokens = await (await fetch(`${google.url}/token`, { method: 'POST', body })).json();
    return (tokens as { refresh_token: string }).refresh_token;
  };
  const requests = async (path: string): Promise<{ query: Record<string, string> }[]> => {
    const { items } = (await google.control('GET', '/control/requests')).body;
    return (items as { path: string; query: Record<string, string> }[]).filter((one) => one.path === path);
  };
  const end = async (what: 'revoke' | 'restore'): Promise<void> => {
    await google.control('POST', `/control/refresh-tokens/${what}`);
    await google.control('POST', '/control/access-tokens/expire');
  };
  const events = async (): Promise<number> =>
    Number((await sql<{ count: string }>(database, 'select count(*) from events'))[0]?.count);

  it('is that of the person whom Google names, before anything is stored; asked once, not at each start', async () => {
    await during(DEMO, async (api) => {
      expect(await accounts(api)).toMatchObject([
        { name: 'default', email: 'demo@example.com', state: 'connected' },
      ]);
      const [row] = await sql<{ google_subject: string }>(database, 'select google_subject from accounts');
      const { items } = (await google.control('GET', '/control/accounts')).body;
      expect(row?.google_subject).toBe(items[0].sub);
    });
    await during(DEMO, async (api) => {
      expect((await sync()(api)).status).toBe(200);
    });
    expect((await requests('/v1/people/me')).map(({ query }) => query)).toEqual([
      { personFields: 'metadata' },
    ]);
  });

  it('is found by whoever signs in as the same person, and keeps its contacts', async () => {
    await during(DEMO, async (api, url) => {
      await sync()(api);
      const before = await accounts(api);
      await end('revoke');
      expect((await sync()(api)).status).toBe(401);

      expect(await signIn(url, 'demo@example.com')).toBe(200);

      expect(await accounts(api)).toMatchObject([
        { id: before[0]?.id, name: 'default', state: 'connected', contacts: 3 },
      ]);
      expect((await sync()(api)).body.statistics).toMatchObject({ created: 0 });
    });
  });

  it('is the one that a person signed in to before', async () => {
    const id = await during('', async (api, url) => {
      await signIn(url, 'demo@example.com');
      return (await accounts(api))[0]?.id;
    });
    await during(DEMO, async (api) => {
      expect(await accounts(api)).toMatchObject([{ id, name: 'default' }]);
    });
  });

  it("of another person is that person's own; no contact moves, and the former account goes on", async () => {
    const demo = await during(DEMO, async (api) => {
      await sync()(api);
      return (await accounts(api))[0]?.id;
    });
    const before = await events();

    const second = await during(SECOND, async (api) => {
      expect(await accountNamed(api, 'demo@example.com')).toMatchObject({
        id: demo,
        state: 'connected',
        contacts: 3,
      });
      const named = await accountNamed(api, 'default');
      expect(named).toMatchObject({ email: 'second@example.com', contacts: 0 });
      expect((await sync(named?.id)(api)).body.statistics).toMatchObject({ created: 2, deleted: 0 });
      expect((await sync(demo)(api)).body.statistics).toMatchObject({ created: 0, deleted: 0 });
      return named?.id;
    });
    expect(await events()).toBe(before + 2);

    await during(DEMO, async (api) => {
      expect(await accountNamed(api, 'default')).toMatchObject({ id: demo, contacts: 3 });
      expect(await accountNamed(api, 'second@example.com')).toMatchObject({ id: second, contacts: 2 });
    });
  });

  it('takes a new token of the same person', async () => {
    const id = await during(DEMO, async (api) => {
      await sync()(api);
      return (await accounts(api))[0]?.id;
    });
    await end('revoke');
    await during(await newTokenOf('demo@example.com'), async (api) => {
      expect((await sync()(api)).status).toBe(200);
      expect(await accounts(api)).toMatchObject([{ id, name: 'default', state: 'connected', contacts: 3 }]);
    });
  });

  it('that must sign in again is connected by a start with a token that Google takes', async () => {
    await during(DEMO, async (api) => {
      await sync()(api);
      await end('revoke');
      expect((await sync()(api)).status).toBe(401);
    });
    await during(DEMO, async (api) => {
      expect((await sync()(api)).status).toBe(401);
      expect(await accounts(api)).toMatchObject([{ state: 'needs-reauth', contacts: 3 }]);
    });
    await end('restore');
    await during(DEMO, async (api) => {
      expect((await sync()(api)).status).toBe(200);
      expect(await accounts(api)).toMatchObject([{ state: 'connected', contacts: 3 }]);
    });
  });

  it('is left as it is by a token that Google refuses, which connects nothing', async () => {
    await during('of-nobody', async (api) => {
      const { status, body } = await sync()(api);
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'not-authenticated' });
      expect(body.detail).toMatch('GOOGLE_REFRESH_TOKEN');
      expect(await accounts(api)).toEqual([]);
      const asked = (await requests('/token')).length;
      await sync()(api);
      expect(await requests('/token')).toHaveLength(asked);
    });
    await during(DEMO, sync());
    await during('of-nobody', async (api) => {
      expect((await sync()(api)).status).toBe(200);
      expect(await accounts(api)).toMatchObject([{ name: 'default', state: 'connected', contacts: 3 }]);
    });
  });

  it.each([
    ['is down', { kind: 'status', status: 503 }, 'google-unavailable', /503/],
    ['turns credentials away', { kind: 'status', status: 401 }, 'google-unavailable', /401/],
    ['is no Google', { kind: 'html' }, 'google-unavailable', /whose sign-in/],
    [
      'refuses the service',
      { kind: 'status', status: 403, reason: 'SERVICE_DISABLED' },
      'google-client-refused',
      /not enabled/,
    ],
  ])(
    'waits for a Google that %s at the start: nothing is guessed, and it comes by itself',
    async (_, fault, code, says) => {
      await google.control('POST', '/control/faults', { where: 'me', fault, times: 1_000 });
      await during(DEMO, async (api) => {
        const { status, body } = await sync()(api);
        expect({ status, code: body.code }).toEqual({ status: 502, code });
        expect(body.detail).toMatch(/^Sync failed: /);
        expect(body.detail).toMatch(says);
        expect(await accounts(api)).toEqual([]);

        await google.control('DELETE', '/control/faults');

        expect((await sync()(api)).status).toBe(200);
        expect(await accounts(api)).toMatchObject([{ name: 'default', contacts: 3 }]);
      });
    },
  );

  it('is connected in the background, too', async () => {
    await google.control('POST', '/control/faults', {
      where: 'token',
      fault: { kind: 'status', status: 503 },
      times: 3,
    });
    await during(DEMO, (api) =>
      waitFor(async () => (await accounts(api))[0]?.state === 'connected', { what: 'the account' }),
    );
  });

  describe('of old, whose person was never asked,', () => {
    /** As a service left it that knew such accounts by their name alone. */
    const forget = () => sql(database, `update accounts set google_subject = null, email = null`);

    beforeEach(async () => {
      await during(DEMO, sync());
      await forget();
    });

    it('is asked at the start, and stays what it is', async () => {
      const [before] = await sql<{ id: string }>(database, 'select id from accounts');
      await during(DEMO, async (api) => {
        expect(await accounts(api)).toMatchObject([{ id: before?.id, name: 'default', contacts: 3 }]);
      });
      const [row] = await sql<{ google_subject: string }>(database, 'select google_subject from accounts');
      expect(row?.google_subject).toMatch(/^\d+$/);
    });

    it.each(['/api/sync', '/api/sync?dryRun=true'])('is asked before its contacts are (%s)', async (path) => {
      await google.control('DELETE', '/control/requests');
      await during('', async (api) => {
        expect((await api('POST', path)).status).toBe(200);
      });
      const { items } = (await google.control('GET', '/control/requests')).body;
      expect((items as { path: string }[]).map((one) => one.path)).toEqual([
        '/token',
        '/v1/people/me',
        '/v1/people/me/connections',
      ]);
    });

    it('is not synced before it is known', async () => {
      await google.control('POST', '/control/faults', {
        where: 'me',
        fault: { kind: 'status', status: 503 },
      });
      await google.control('DELETE', '/control/requests');
      await during('', async (api) => {
        expect((await sync()(api)).body).toMatchObject({ code: 'google-unavailable' });
        expect(await requests('/v1/people/me/connections')).toEqual([]);
        expect((await sync()(api)).status).toBe(200);
      });
    });

    it('is asked before another person is connected, or the same one signs in', async () => {
      await during(SECOND, async (api, url) => {
        expect(await accountNamed(api, 'demo@example.com')).toMatchObject({ contacts: 3 });
        expect(await accountNamed(api, 'default')).toMatchObject({
          email: 'second@example.com',
          contacts: 0,
        });
        expect(await signIn(url, 'demo@example.com')).toBe(200);
        expect(await accounts(api)).toHaveLength(2);
      });
    });

    it('is disconnected, with its contacts, where its person has an account already', async () => {
      const [{ id } = { id: '' }] = await sql<{ id: string }>(database, 'select id from accounts');
      const { items } = (await google.control('GET', '/control/accounts')).body;
      await sql(
        database,
        `insert into accounts (id, name, google_subject, state, refresh_token, connected_at)
         values (gen_random_uuid(), 'the other', '${String(items[0].sub)}', 'needs-reauth', null, now())`,
      );
      await during('', async (api) => {
        const { status, body } = (await sync(id)(api)) satisfies Answer;
        expect({ status, code: body.code }).toEqual({ status: 409, code: 'account-duplicate' });
        expect((await accounts(api)).find((account) => account.id === id)).toMatchObject({
          state: 'disconnected',
          contacts: 3,
        });
        expect(await requests('/v1/people/me/connections')).toHaveLength(1);
      });
    });
  });
});
