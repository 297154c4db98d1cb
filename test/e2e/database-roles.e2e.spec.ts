import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrateDatabase, openDatabase } from '#database';
import { readConfiguration, readDatabaseConfiguration } from '#platform';
import { pino } from 'pino';

import { type Call, callsTo } from '../support/call.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { rebuild } from '../support/rebuild.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { makeTwoRoles, type TwoRoles } from '../support/two-roles.js';
import { waitFor } from '../support/wait-for.js';

/** A log, and what it holds so far. */
const recordingLog = () => {
  let text = '';
  const log = pino({ level: 'info' }, { write: (line: string) => void (text += line) });
  return { log, text: () => text };
};

/** What `npm run migrate` does. @returns its log */
async function migrate(variables: Record<string, string>): Promise<string> {
  const { log, text } = recordingLog();
  await migrateDatabase(readDatabaseConfiguration(variables), log);
  return text();
}

describe('A service whose schema another role migrates', () => {
  let database: TestDatabase;
  let roles: TwoRoles;
  let google: TestGoogle;
  let folder: string;
  beforeAll(async () => {
    [database, google, folder] = await Promise.all([
      createTestDatabase(),
      startGoogle({ persons: 5 }),
      mkdtemp(join(tmpdir(), 'contactstream-roles-')),
    ]);
    roles = await makeTwoRoles(database);
  });
  afterAll(async () => {
    await Promise.all([database.drop(), google.stop(), rm(folder, { recursive: true })]);
    await roles.drop();
  });

  const during = async <T>(
    variables: Record<string, string>,
    work: (api: Call) => Promise<T>,
  ): Promise<T> => {
    const service = await startService({
      ...serviceEnvironment(roles.service, google),
      ERASURE_LEDGER: join(folder, 'erasures.jsonl'),
      ...variables,
    });
    try {
      return await work(callsTo(service.url));
    } finally {
      await service.stop();
    }
  };
  const asService = (statement: string) => sql(roles.service, statement);
  const owned = async (): Promise<string[]> => {
    const rows = await asService(
      `select relname as name from pg_class where relowner = current_user::regrole and relkind in ('r', 'S')`,
    );
    return rows.map(({ name }) => String(name));
  };

  it('migrates at its start as the one and works as the other: syncs, rebuilds, and is found in order', async () => {
    await during({ DATABASE_MIGRATE_URL: roles.migrating.url }, async (api) => {
      expect((await api('POST', '/api/sync/full')).body.statistics).toMatchObject({ created: 5 });
      expect(await rebuild(api)).toMatchObject({ state: 'succeeded' });
      expect((await api('POST', '/api/verify')).body.ok).toBe(true);
      expect((await api('GET', '/api/contacts')).body.items).toHaveLength(5);
    });
    expect(await owned()).toEqual(['contacts']);
  });

  it('needs the migrating role for nothing else, and removes what was kept long enough', async () => {
    const age = `update sync_runs set queued_at = queued_at - interval '91 days',
      finished_at = finished_at - interval '91 days' returning id`;
    await during({ MIGRATE_ON_START: 'false' }, (api) => api('POST', '/api/sync'));
    const old = await sql<{ id: string }>(roles.migrating, age);
    await during({ MIGRATE_ON_START: 'false' }, async (api) => {
      await api('POST', '/api/sync');
      const gone = async () =>
        (await Promise.all(old.map(({ id }) => api('GET', `/api/sync/runs/${id}`)))).filter(
          ({ status }) => status === 404,
        );
      // The newest of those that succeeded stays.
      await waitFor(async () => (await gone()).length >= old.length - 1, { what: 'the old runs to go' });
    });
  });

  it('cannot drop, empty or change what it did not make', async () => {
    for (const statement of [
      'drop table events',
      'truncate events',
      'alter table events add column mine text',
      'alter table events disable trigger all',
      `delete from schema_migrations`,
      'create extension pg_stat_statements',
      'create role another',
      'create database another',
    ])
      await expect(asService(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('finds what the next version adds, once `npm run migrate` has run', async () => {
    await sql(roles.migrating, 'create table added (id int generated always as identity)');
    await expect(asService('select from added')).rejects.toThrow('permission denied');
    const variables = { DATABASE_URL: roles.service.url, DATABASE_MIGRATE_URL: roles.migrating.url };

    expect(await migrate(variables)).toContain('has its rights');

    await asService('insert into added default values');
    await sql(roles.migrating, 'drop table added');
    // What is granted already is not granted again.
    expect(await migrate(variables)).toBe('');
  });

  it('erases an account', async () => {
    await during({ MIGRATE_ON_START: 'false' }, async (api) => {
      const [account] = (await api('GET', '/api/accounts')).body.items as { id: string }[];
      expect((await api('DELETE', `/api/accounts/${account?.id ?? ''}?erase=true`)).status).toBe(204);
      expect((await api('POST', '/api/verify', { erased: account?.id })).body.ok).toBe(true);
    });
  });
});

describe('The roles of a database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const tables = (of: TestDatabase) => sql(of, `select from pg_tables where schemaname = 'public'`);
  /** @returns what a start logs before the database is open, or is refused */
  const start = async (variables: Record<string, string> = {}): Promise<string> => {
    const { log, text } = recordingLog();
    const environment = { ...serviceEnvironment(database, { url: 'http://127.0.0.1:9' }), ...variables };
    const orm = await openDatabase(readConfiguration(environment), log);
    await orm.close();
    return text();
  };

  it('must let the one that migrates hand over to the service: it says what to grant', async () => {
    const roles = await makeTwoRoles(database, { grant: false });
    const variables = { DATABASE_URL: roles.service.url, DATABASE_MIGRATE_URL: roles.migrating.url };
    await expect(migrate(variables)).rejects.toThrow(
      `grant "${roles.service.name}" to "${roles.migrating.name}";`,
    );
    await database.drop();
    await roles.drop();
  });

  it('must see the same tables', async () => {
    const other = await createTestDatabase();
    const refusal = migrate({ DATABASE_URL: database.url, DATABASE_MIGRATE_URL: other.url });
    await expect(refusal).rejects.toThrow(/^DATABASE_MIGRATE_URL is \(hidden\), and leads ".*" to schema/);
    await expect(refusal).rejects.toThrow(`schema "public" of database "${database.name}"`);
    expect(await tables(other)).toEqual([]);
    await other.drop();
  });

  it('are left alone by a service that does not migrate: an empty database stays empty', async () => {
    await expect(start({ MIGRATE_ON_START: 'false' })).rejects.toThrow('Run `npm run migrate` first.');
    expect(await tables(database)).toEqual([]);
  });

  it('get a warning at each start where the service is a superuser, and none where it is not', async () => {
    const warned = 'DATABASE_URL connects as a superuser';
    expect(await start()).not.toContain(warned);
    expect(await start({ DATABASE_URL: database.adminUrl })).toContain(warned);
  });
});
