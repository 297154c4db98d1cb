import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { type Call, callsTo } from '../support/call.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import {
  type RunningService,
  startGoogle,
  startService,
  startTestService,
  type TestGoogle,
} from '../support/service.js';
import { SignIns } from '../support/sign-in.js';

const PERSONS = Array.from({ length: 50 }, (_, index) => `p${index}`);
const ADDRESSES = PERSONS.map((name) => `${name}@example.com`);
const [FIRST = '', SECOND = ''] = ADDRESSES;

interface Item {
  readonly subject: string;
  readonly accountId: string | null;
  readonly outcome: string;
}

describe('Accounts that a service account connects', () => {
  let folder: string;
  let database: TestDatabase;
  let google: TestGoogle;
  let service: RunningService;
  let api: Call;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'contactstream-key-'));
    database = await createMigratedDatabase();
    google = await startGoogle({
      accounts: [
        ...PERSONS.map((name) => ({ name, persons: 2 })),
        { name: 'elsewhere', persons: 1, email: 'else@other.example' },
      ],
    });
    const { body } = await google.control('POST', '/control/service-accounts');
    const file = path.join(folder, 'key.json');
    await writeFile(file, JSON.stringify(body));
    service = await startService({
      ...serviceEnvironment(database, google),
      GOOGLE_REFRESH_TOKEN: '',
      GOOGLE_SERVICE_ACCOUNT_FILE: file,
    });
    api = callsTo(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await Promise.all([database.drop(), google.stop(), rm(folder, { recursive: true })]);
  });
  afterEach(() => google.control('DELETE', '/control/faults?account=p0'));

  const connect = async (...subjects: string[]): Promise<Item[]> => {
    const { status, body } = await api('POST', '/api/accounts', { subjects });
    expect(status).toBe(200);
    return body.items as Item[];
  };
  const accounts = async () =>
    (await api('GET', '/api/accounts')).body.items as { id: string; email: string; state: string }[];
  const idOf = async (email: string) => (await accounts()).find((one) => one.email === email)?.id;
  const sync = async (accountId: unknown) => api('POST', '/api/sync', { accountId });

  it('are told apart from those that it may not act for, and from those whom Google does not know', async () => {
    const items = await connect(
      ...ADDRESSES,
      'else@other.example',
      'nobody@example.com',
      FIRST.toUpperCase(),
    );
    expect(items.map(({ outcome }) => outcome)).toEqual([
      ...ADDRESSES.map(() => 'connected'),
      'not-permitted',
      'unknown-subject',
    ]);
    const known = await accounts();
    expect(known).toHaveLength(50);
    expect(new Set(known.map(({ id }) => id))).toEqual(
      new Set(items.slice(0, 50).map(({ accountId }) => accountId)),
    );
    expect(known.every(({ state }) => state === 'connected')).toBe(true);
    expect(items.slice(50).map(({ accountId }) => accountId)).toEqual([null, null]);
  });

  it('are synced, also once their access token has ended', async () => {
    for (const email of [FIRST, SECOND]) {
      const { status, body } = await sync(await idOf(email));
      expect([status, body.statistics.created]).toEqual([200, 2]);
    }
    await google.control('POST', '/control/access-tokens/expire?account=p0');
    expect((await sync(await idOf(FIRST))).status).toBe(200);
  });

  it('are those of the persons, however they come', async () => {
    const id = await idOf(SECOND);
    const signIns = new SignIns(service.url);
    expect((await signIns.signIn(SECOND)).status).toBe(200);
    expect(await idOf(SECOND)).toBe(id);
    expect((await sync(id)).status).toBe(200);
    expect(await connect(SECOND)).toEqual([{ subject: SECOND, accountId: id, outcome: 'connected' }]);
    expect((await sync(id)).status).toBe(200);
    expect(await accounts()).toHaveLength(50);
  });

  it('fail alone where Google does not answer', async () => {
    const fault = { where: 'token', fault: { kind: 'status', status: 503 } };
    await google.control('POST', '/control/faults?account=p0', fault);
    await google.control('POST', '/control/access-tokens/expire?account=p0');
    const items = await connect(FIRST, SECOND);
    expect(items.map(({ outcome }) => outcome)).toEqual(['failed', 'connected']);
  });

  it('must be connected again where Google knows their person no longer', async () => {
    const gone = ADDRESSES[3] ?? '';
    const id = await idOf(gone);
    await google.control('DELETE', '/control/accounts/p3');
    const refused = await sync(id);
    expect(refused).toMatchObject({ status: 401, body: { code: 'not-authenticated' } });
    expect((await accounts()).find(({ email }) => email === gone)?.state).toBe('needs-reauth');

    await google.control('PUT', '/control/accounts/p3', { persons: 2 });
    expect(await connect(gone)).toMatchObject([{ accountId: id, outcome: 'connected' }]);
    expect((await sync(id)).status).toBe(200);
  });

  it('have no fault in a key that Google refuses: they stay connected', async () => {
    const id = await idOf(FIRST);
    await google.control('POST', '/control/service-accounts', {
      email: 'contactstream@people-simulator.iam.gserviceaccount.com',
    });
    await google.control('POST', '/control/access-tokens/expire?account=p0');

    const refused = await sync(id);

    expect(refused).toMatchObject({ status: 502, body: { code: 'google-client-refused' } });
    expect(refused.body.detail).toMatch('GOOGLE_SERVICE_ACCOUNT_FILE');
    expect((await accounts()).every(({ state }) => state === 'connected')).toBe(true);
    await google.control('POST', '/control/access-tokens/expire?account=p2');
    expect(await connect(ADDRESSES[2] ?? '')).toMatchObject([{ outcome: 'failed', accountId: null }]);
  });

  it.each([
    ['no list', {}],
    ['an empty list', { subjects: [] }],
    ['a text', { subjects: FIRST }],
    ['what is no address', { subjects: ['no address'] }],
    ['U+0000', { subjects: ['\u0000@example.com'] }],
    ['1,001 addresses', { subjects: Array.from({ length: 1_001 }, (_, n) => `a${n}@b.cd`) }],
  ])('are not asked for by %s', async (_, body) => {
    const answer = await api('POST', '/api/accounts', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });
});

describe('A service without a service account', () => {
  it('says that it has none', async () => {
    const service = await startTestService();
    const answer = await service.api('POST', '/api/accounts', { subjects: [FIRST] });
    expect(answer).toMatchObject({ status: 409, body: { code: 'delegation-not-configured' } });
    await service.stop();
  });
});
