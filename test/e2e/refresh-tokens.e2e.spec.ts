import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { type Call, callsTo } from '../support/call.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import {
  startGoogle,
  startService,
  startTestService,
  type TestGoogle,
  type TestService,
} from '../support/service.js';
import { SignIns } from '../support/sign-in.js';

const DEMO = 'demo@example.com';
const SECOND = 'second@example.com';
const WITHOUT_CONTACTS = ['openid', 'email'];

describe('The refresh token of a person', () => {
  let service: TestService;
  let signIns: SignIns;
  beforeAll(async () => {
    service = await startTestService(
      { GOOGLE_REFRESH_TOKEN: '' },
      { persons: 3, accounts: [{ name: 'second', persons: 2 }] },
    );
    signIns = new SignIns(service.url);
  });
  afterAll(() => service.stop());
  afterEach(async () => {
    await service.google.control('DELETE', '/control/faults');
    await service.google.control('DELETE', '/control/requests');
  });

  const accountOf = async (email: string) => {
    const { body } = await service.api('GET', '/api/accounts');
    return (body.items as { id: string; email: string }[]).find((one) => one.email === email);
  };
  const sync = async (accountId: unknown) => (await service.api('POST', '/api/sync', { accountId })).status;
  const revocations = async (): Promise<number> => {
    const { body } = await service.google.control('GET', '/control/requests');
    return (body.items as { path: string }[]).filter(({ path }) => path === '/revoke').length;
  };
  const signInWithout = async (email: string, query = '') => {
    const google = await signIns.begin(query);
    return signIns.comeBack(await signIns.consent(google, email, WITHOUT_CONTACTS));
  };

  it('is revoked where the contacts were not granted, by a person who has no account', async () => {
    const refused = await signInWithout(DEMO);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(
      'The access to contacts was not granted; sign in again and leave its box',
    );
    expect(await revocations()).toBe(1);
  });

  it('is forgotten, and not revoked, where another one of the same person takes its place', async () => {
    expect((await signIns.signIn(DEMO)).status).toBe(200);
    expect((await signIns.signIn(DEMO)).status).toBe(200);
    expect(await revocations()).toBe(0);
    expect(await sync((await accountOf(DEMO))?.id)).toBe(200);
  });

  it('is left alone where a person with an account grants less, since revoking would end the account, too', async () => {
    expect((await signInWithout(DEMO)).status).toBe(400);
    expect(await revocations()).toBe(0);
    await service.google.control('POST', '/control/access-tokens/expire');
    expect(await sync((await accountOf(DEMO))?.id)).toBe(200);
  });

  it('is revoked where another person was asked for, unless they have an account', async () => {
    const demo = await accountOf(DEMO);
    const again = `?accountId=${demo?.id ?? ''}`;
    expect((await signIns.signIn(SECOND, again)).status).toBe(403);
    expect(await revocations()).toBe(1);

    expect((await signIns.signIn(SECOND)).status).toBe(200);
    expect((await signIns.signIn(SECOND, again)).status).toBe(403);
    expect(await revocations()).toBe(1);
    await service.google.control('POST', '/control/access-tokens/expire?account=second');
    expect(await sync((await accountOf(SECOND))?.id)).toBe(200);
  });

  it('says why a sign-in was refused, also where Google does not take the token back', async () => {
    await service.google.control('PUT', '/control/accounts/third', { persons: 0 });
    await service.google.control('POST', '/control/faults?account=third', {
      where: 'revoke',
      fault: { kind: 'status', status: 503 },
    });
    expect(await (await signInWithout('third@example.com')).text()).toMatch('not granted');
  });
});

describe('A refresh token that Google replaces as it gives an access token', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    // So short that each request asks for another access token.
    google = await startGoogle({ persons: 3, accessTokenLifetimeSeconds: 200 });
  });
  afterAll(() => Promise.all([database.drop(), google.stop()]));

  /** A service from its start to its end, that knows no token but the stored one. */
  const during = async <T>(work: (api: Call, url: string) => Promise<T>): Promise<T> => {
    const environment = { ...serviceEnvironment(database, google), GOOGLE_REFRESH_TOKEN: '' };
    const service = await startService(environment);
    try {
      return await work(callsTo(service.url), service.url);
    } finally {
      await service.stop();
    }
  };

  it('is kept, each time, since the former one may count no longer', async () => {
    const rotations = async (times: number) => {
      const fault = { kind: 'rotate-refresh-token' };
      await google.control('POST', '/control/faults', { where: 'token', times, fault });
    };
    const rotated = async () => (await google.control('GET', '/control/faults')).body.items.length === 0;
    await during(async (api, url) => {
      expect((await new SignIns(url).signIn(DEMO)).status).toBe(200);
      for (const full of [true, false]) {
        await rotations(1);
        expect((await api('POST', full ? '/api/sync/full' : '/api/sync/incremental')).status).toBe(200);
        expect(await rotated()).toBe(true);
      }
      expect((await api('POST', '/api/sync')).status).toBe(200);
    });

    await during(async (api) => {
      expect((await api('POST', '/api/sync')).status).toBe(200);
    });
  });
});
