import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { CommandLine } from '../cli/run-command.js';
import { createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { lockWaits } from '../support/lock-waits.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

/** It drops a column of this table. */
const MIGRATION = '0042-snapshots-without-field-hashes';
const TABLE = 'contact_snapshots';

describe('A migration of a table that somebody else holds', () => {
  let logDatabase: LogDatabase;
  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    await sql(
      logDatabase.database,
      `insert into ${TABLE} (contact_id, account_id, resource_name, version, deleted, source_ids, former_names, fingerprint,
         last_event_at, created_at)
       select gen_random_uuid(), gen_random_uuid(), 'people/c' || n, 1, false, '{}', '{}', '', now(), now()
       from generate_series(1, 2000) n`,
    );
  });
  afterAll(() => logDatabase.close());
  beforeEach(async () => {
    await logDatabase.orm.migrator.down({ migrations: [MIGRATION] });
  });

  const migrate = () =>
    new CommandLine({ DATABASE_URL: logDatabase.database.url, ALLOW_PLAINTEXT: 'postgres' }).run('migrate');
  const isDone = async () => {
    const columns = await sql(
      logDatabase.database,
      `select from information_schema.columns where table_name = '${TABLE}' and column_name = 'field_hashes'`,
    );
    const noted = await sql(logDatabase.database, 'select from schema_migrations where name = $1', [
      MIGRATION,
    ]);
    return { hasColumn: columns.length === 1, isNoted: noted.length === 1 };
  };
  /** An older session that reads the table, and stays in its transaction. */
  const reading = async (name: string): Promise<pg.Client> => {
    const reader = new pg.Client({ connectionString: logDatabase.database.url, application_name: name });
    await reader.connect();
    await reader.query(`begin; select from ${TABLE} limit 1`);
    return reader;
  };
  const waits = () =>
    waitFor(async () => (await lockWaits(logDatabase.database)) > 0, {
      what: 'the migration to wait',
      timeoutMs: 30_000,
    });

  it('lets those behind it go on, gives up, says who holds what, and leaves nothing half done', async () => {
    const reader = await reading('a long report');
    try {
      const [holder] = (await reader.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
      const migrated = migrate();
      await waits();
      // Behind the migration: it would wait for the reader's end.
      await sql(logDatabase.database, `set lock_timeout = '10s'; update ${TABLE} set fingerprint = 'new'`);

      const { code, err } = await migrated;

      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('cannot migrate') });
      expect(err).toContain(`Migration ${MIGRATION} did not get a lock`);
      expect(err).toContain(`table "${TABLE}" is held by session ${holder?.pid ?? ''} ("a long report"`);
      expect(err).toContain('idle in transaction');
      expect(err).toContain(`pg_terminate_backend(${holder?.pid ?? ''})`);
      expect(await isDone()).toEqual({ hasColumn: true, isNoted: false });
    } finally {
      await reader.end();
    }
    expect(await migrate()).toMatchObject({ code: 0 });
    expect(await isDone()).toEqual({ hasColumn: false, isNoted: true });
  });

  it('is carried out once the other is done', async () => {
    const reader = await reading('a short report');
    const migrated = migrate();
    try {
      await waits();
    } finally {
      await reader.end();
    }

    expect(await migrated).toMatchObject({ code: 0, err: '' });
    expect(await isDone()).toEqual({ hasColumn: false, isNoted: true });
  });
});
