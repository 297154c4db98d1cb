import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

interface Check {
  readonly check: string;
  readonly verdict: 'ok' | 'warning' | 'failed';
  readonly found: string;
  readonly mend: string | null;
  readonly document: string;
}

describe('The doctor', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({}, { persons: 3 });
    await service.api('POST', '/api/sync');
  });
  afterAll(() => service.stop());

  const look = async (of: Pick<TestService, 'api'> = service): Promise<{ ok: boolean; checks: Check[] }> => {
    const { status, body } = await of.api('GET', '/api/doctor');
    expect(status).toBe(200);
    return body as Awaited<ReturnType<typeof look>>;
  };
  const one = async (name: string, of?: Pick<TestService, 'api'>): Promise<Check> => {
    const check = (await look(of)).checks.find((each) => each.check === name);
    if (check === undefined) throw new Error(`There is no check ${name}`);
    return check;
  };

  it('finds nothing where all is well, and tells what it looked at', async () => {
    const { ok, checks } = await look();
    expect(checks.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(ok).toBe(true);
    expect(checks.map(({ check }) => check)).toEqual([
      'postgres-version',
      'postgres-role',
      'postgres-rights',
      'postgres-pooler',
      'postgres-extensions',
      'postgres-clock',
      'postgres-connections',
      'postgres-bloat',
      'postgres-indexes',
      'postgres-transactions',
      'schema-migrations',
      'keys-encryption',
      'kafka-brokers',
      'google-client',
      'google-api',
      'google-quota',
      'google-clock',
      'roles-scheduler',
      'roles-projector',
      'disk-space',
    ]);
    expect(checks.filter(({ mend }) => mend !== null)).toEqual([]);
  });

  it('says that accounts are late, and which process is missing', async () => {
    await sql(service.database, `update sync_lists set next_sync_at = now() - interval '1 hour'`);
    const late = await one('roles-scheduler');
    expect(late).toMatchObject({ verdict: 'failed', mend: expect.stringContaining('ROLES') });
    expect(late.found).toContain('due for more than 5 minutes: 1');
    await sql(service.database, `update sync_lists set next_sync_at = now() + interval '1 hour'`);
    expect((await one('roles-scheduler')).verdict).toBe('ok');
  });

  it('says that Google refuses the client, without a word of Google’s or of the secret', async () => {
    const other = await startTestService({
      GOOGLE_CLIENT_SECRET: 'of-another-client',
      GOOGLE_REFRESH_TOKEN: '',
    });
    try {
      const client = await one('google-client', other);
      expect(client).toMatchObject({ verdict: 'failed', document: 'docs/google-setup.md' });
      expect(client.found).toContain('check GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET');
      expect(JSON.stringify(await look(other))).not.toContain('of-another-client');
    } finally {
      await other.stop();
    }
  });

  it('says that the API is not enabled until a sync goes well', async () => {
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'status', status: 403, reason: 'SERVICE_DISABLED' },
    });
    await service.api('POST', '/api/sync');
    expect(await one('google-api')).toMatchObject({ verdict: 'failed' });
    await service.google.control('DELETE', '/control/faults');
    await service.api('POST', '/api/sync');
    expect(await one('google-api')).toMatchObject({ verdict: 'ok' });
  });

  it('says that Google cannot be reached, and tells the rest', async () => {
    const { url } = service.google;
    const other = await startTestService({
      GOOGLE_OAUTH_TOKEN_URL: 'http://127.0.0.1:9/token',
      PEOPLE_API_URL: `${url}/`,
      GOOGLE_REFRESH_TOKEN: '',
    });
    try {
      const { ok, checks } = await look(other);
      expect(ok).toBe(false);
      expect(checks.filter(({ verdict }) => verdict === 'failed').map(({ check }) => check)).toEqual([
        'google-answers',
      ]);
    } finally {
      await other.stop();
    }
  });

  it('says that sign-ins need a key that is not given', async () => {
    const { database } = service;
    const [account] = await sql<{ token: string }>(database, 'select refresh_token as token from accounts');
    const ofLostKey = (account?.token ?? '').replace(/:[\da-f]{16}:/, ':00112233aabbccdd:');
    await sql(database, `update accounts set refresh_token = '${ofLostKey}'`);
    const key = await one('keys-encryption');
    expect(key).toMatchObject({ verdict: 'failed', mend: expect.stringContaining('ENCRYPTION_KEY') });
    expect(key.found).toContain('1 with the key 00112233aabbccdd');
    expect(JSON.stringify(await look())).not.toContain(ofLostKey);
    await sql(database, `update accounts set refresh_token = '${account?.token ?? ''}'`);
  });

  it('says what is not well with the database, to the statement that mends it', async () => {
    const { database } = service;
    await sql(database, 'create index broken_off on contacts (updated_at)');
    const admin = { url: database.adminUrl };
    await sql(admin, `update pg_index set indisvalid = false where indexrelid = 'broken_off'::regclass`);
    expect(await one('postgres-indexes')).toMatchObject({
      verdict: 'failed',
      mend: 'reindex index concurrently broken_off;',
    });
    await sql(database, 'drop index broken_off');

    const superuser = await startTestService({ DATABASE_URL: database.adminUrl, GOOGLE_REFRESH_TOKEN: '' });
    try {
      expect(await one('postgres-role', superuser)).toMatchObject({ verdict: 'warning' });
    } finally {
      await superuser.stop();
    }
  });
});
