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
      'google-clock',
      'google-api',
      'google-quota',
      'google-sync-tokens',
      'roles-scheduler',
      'roles-projector',
      'roles-settings',
      'waiting-held-deletions',
      'waiting-sign-ins',
      'waiting-dead-letters',
      'waiting-quarantine',
      'disk-space',
    ]);
    expect(checks.filter(({ mend }) => mend !== null)).toEqual([]);
  });

  it('says that accounts are late, and which process is missing', async () => {
    await sql(service.database, `update sync_lists set next_sync_at = now() - interval '1 hour'`);
    const late = await one('roles-scheduler');
    expect(late).toMatchObject({ verdict: 'failed', mend: expect.stringContaining('ROLES') });
    expect(late.found).toContain('1 account has been due for more than 5 minutes');
    expect(late.found).toMatch(
      /none began by schedule yet|the last by schedule began \d{4}-\d\d-\d\dT[\d:.]+Z/,
    );
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
      expect(client).toMatchObject({
        verdict: 'failed',
        document: 'docs/google-setup.md#make-the-client',
      });
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

  it('says once that PostgreSQL takes no more connections, and of what it keeps from being found out', async () => {
    const other = await startTestService({ GOOGLE_REFRESH_TOKEN: '' });
    const { name, adminUrl } = other.database;
    const admin = { url: adminUrl };
    try {
      await sql(admin, `alter database ${name} connection limit 0`);
      await sql(
        admin,
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [name],
      );
      const { checks } = await look(other);
      const connections = checks.filter(({ check }) => check === 'postgres-connections');
      expect(connections).toEqual([
        expect.objectContaining({
          verdict: 'failed',
          found: expect.stringMatching(/53300.*This process has \d+ connections?/),
          mend: expect.stringContaining('max_connections'),
          document: 'docs/how-to/mend-a-lack-of-connections.md',
        }),
      ]);
      const others = checks.filter(
        ({ check, verdict }) => verdict === 'failed' && check !== 'postgres-connections',
      );
      expect(others.map(({ check }) => check)).toEqual(
        expect.arrayContaining(['schema-answers', 'keys-answers', 'google-outcomes', 'roles-answers']),
      );
      for (const { mend } of others) expect(mend).toContain('53300');
      expect(JSON.stringify(checks)).not.toMatch(/Start PostgreSQL|HTTPS_PROXY/);
      expect(checks.find(({ check }) => check === 'google-client')?.verdict).toBe('ok');
      const { status, body } = await other.api('GET', '/api/contacts');
      expect([status, body.detail]).toEqual([503, expect.stringContaining('takes no more connections')]);
      const metrics = await (await fetch(`${other.url}/metrics`)).text();
      expect(metrics).toMatch(/database_connections_lacking_total\{reason="server-full"\} [1-9]/);
      expect(metrics).toMatch(/database_connections_lacking_total\{reason="pool-full"\} 0/);
    } finally {
      await sql(admin, `alter database ${name} connection limit -1`);
      await other.stop();
    }
  });

  it('says that PostgreSQL cannot be reached where that is so', async () => {
    const other = await startTestService({ GOOGLE_REFRESH_TOKEN: '' });
    const { name, adminUrl } = other.database;
    const admin = { url: adminUrl.replace(name, 'postgres') };
    try {
      await sql(admin, `alter database ${name} allow_connections false`);
      await sql(admin, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      const { checks } = await look(other);
      expect(checks[0]).toMatchObject({ check: 'postgres-answers', verdict: 'failed' });
      expect(checks.filter(({ check }) => check === 'postgres-answers')).toHaveLength(1);
    } finally {
      await sql(admin, `alter database ${name} allow_connections true`);
      await other.stop();
    }
  });

  it('says that a process is missing that fills the read model, and that a rebuild waits for it', async () => {
    const other = await startTestService({ ROLES: 'api,scheduler', GOOGLE_REFRESH_TOKEN: '' });
    try {
      const asked = await other.api('POST', '/api/projections/contacts/rebuild');
      expect(asked.body).toMatchObject({ state: 'stopped', rebuild: { state: 'queued' } });
      expect(await one('roles-projector', other)).toMatchObject({
        verdict: 'failed',
        found: expect.stringMatching(/A rebuild waits for one since \d{4}-\d\d-\d\dT[\d:.]+Z/),
        mend: expect.stringContaining('projector'),
      });
      expect(await (await fetch(`${other.url}/metrics`)).text()).toContain(
        'contactstream_projection_followed 0',
      );
    } finally {
      await other.stop();
    }
  });

  it('says what waits for a person, how many, and what to do', async () => {
    await service.google.control('POST', '/control/persons/change', { deletes: 3 });
    expect((await service.api('POST', '/api/sync/full')).body.status).toBe('held');
    await sql(service.database, "update accounts set state = 'needs-reauth'");
    await sql(
      service.database,
      `insert into dead_letters (id, topic, partition, record_offset, headers, error, occurred_at)
       values (gen_random_uuid(), 'contacts.events', 0, 1, '{}', 'unreadable', now())`,
    );
    await sql(
      service.database,
      `insert into quarantined_persons (id, account_id, run_id, person_key, source_ids, payload, error, occurred_at, state)
       select gen_random_uuid(), account_id, id, 'key', '{}', '{}', 'names: wrong', now(), 'open' from sync_runs limit 1`,
    );
    const { ok, checks } = await look();
    expect(ok).toBe(true);
    expect(
      checks.filter(({ check }) => check.startsWith('waiting')).map(({ verdict, found }) => [verdict, found]),
    ).toEqual([
      ['warning', '3 deletions of 1 account wait for a decision.'],
      ['warning', '1 account needs a sign-in; nothing of theirs is synced.'],
      ['warning', '1 dead letter waits for a decision.'],
      ['warning', '1 person is in quarantine.'],
    ]);
    expect((await one('waiting-held-deletions')).mend).toContain('contactstream held list');
    const { body } = await service.api('GET', '/api/sync/status');
    expect(body.trouble).toEqual({ held: 1, quarantined: 1, deadLetters: 1 });
    await sql(service.database, "update accounts set state = 'connected'");
    await sql(service.database, 'delete from dead_letters; delete from quarantined_persons');
  });

  it('says that Google does not keep sync tokens, once it has happened again', async () => {
    const other = await startTestService({}, { persons: 3 });
    try {
      await other.api('POST', '/api/sync');
      const expired = async () => {
        await other.google.control('POST', '/control/sync-tokens/expire', { status: 400 });
        return (await other.api('POST', '/api/sync')).body.run as { fallbackReason: string };
      };
      expect((await expired()).fallbackReason).toBe('sync-token-expired');
      expect((await one('google-sync-tokens', other)).verdict).toBe('ok');
      await expired();
      expect(await one('google-sync-tokens', other)).toMatchObject({
        verdict: 'warning',
        found: expect.stringContaining('of 1 account:'),
        document: 'docs/troubleshooting.md#sync-tokens-that-expire',
      });
    } finally {
      await other.stop();
    }
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
