import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseParts } from '#database';
import { connectDatabase, migrate } from '#platform';
import pg from 'pg';

import { createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const INDEX = 'contacts_by_time';

describe('An index of a large table', () => {
  let logDatabase: LogDatabase;
  beforeAll(async () => {
    logDatabase = await createLogDatabase();
  });
  afterAll(() => logDatabase.close());

  const addContact = `insert into contacts (id, account_id, resource_name, version, deleted, display_name, search_text,
    phone_digits, updated_at, synced_at) values (gen_random_uuid(), gen_random_uuid(), 'people/c1', 1, false, '', '', '',
    now(), now())`;
  const indexes = () =>
    sql<{ valid: boolean }>(
      logDatabase.database,
      'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)',
      [INDEX],
    );
  /** As the start of a process does it, before the version that has the index ran. */
  const start = async (): Promise<void> => {
    const orm = await connectDatabase(logDatabase.database.url, databaseParts);
    try {
      await migrate(orm, logDatabase.database.url);
    } finally {
      await orm.close();
    }
  };

  it('is made while contacts are written to, and while other processes wait for their turn', async () => {
    await logDatabase.orm.migrator.down({ migrations: ['0039-contacts-by-time'] });
    expect(await indexes()).toEqual([]);
    const writer = new pg.Client({ connectionString: logDatabase.database.url });
    await writer.connect();
    try {
      await writer.query('begin');
      await writer.query(addContact);
      const starts = Promise.all([start(), start(), start()]);
      await waitFor(async () => (await indexes())[0]?.valid === false, { what: 'the index to be begun' });

      // It waits for that transaction, and nobody waits for it.
      await sql(logDatabase.database, `set lock_timeout = '5s'; ${addContact}`);
      await writer.query('commit');

      await starts;
    } finally {
      await writer.end();
    }
    expect(await indexes()).toEqual([{ valid: true }]);
  });

  it('is made anew where it was interrupted', async () => {
    await logDatabase.orm.migrator.down({ migrations: ['0039-contacts-by-time'] });
    const writer = new pg.Client({ connectionString: logDatabase.database.url });
    await writer.connect();
    try {
      await writer.query('begin');
      await writer.query(addContact);
      const interrupted = expect(start()).rejects.toThrow('canceling statement');
      await waitFor(async () => (await indexes())[0]?.valid === false, { what: 'the index to be begun' });
      await sql(
        logDatabase.database,
        `select pg_cancel_backend(pid) from pg_stat_activity
         where datname = current_database() and query like 'create index concurrently%'`,
      );
      await interrupted;
      await writer.query('commit');
    } finally {
      await writer.end();
    }
    expect(await indexes()).toEqual([{ valid: false }]);

    await start();

    expect(await indexes()).toEqual([{ valid: true }]);
  });
});
