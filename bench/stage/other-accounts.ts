import { randomUUID } from 'node:crypto';

import pg from 'pg';

import { type BenchDatabase } from './bench-database.js';
import { copiedId } from './copied-id.js';
import { type Google } from './google.js';
import { BenchService } from './service.js';

/** What Google allows in one account. */
const ACCOUNT = 25_000;

/** All others are copies of this many persons; a table of a million has no more different names. */
const ORIGINALS = 50_000;

/**
 * Fills the log, the heads, the keys and the read model with the contacts of other accounts, of up to 25,000 each: some
 * are synced by the service, the others copied from those by SQL under ids of their own.
 */
export async function fillOthers(
  database: BenchDatabase,
  google: Google,
  others: number,
  progress: (what: string) => void,
): Promise<void> {
  const start = performance.now();
  const size = Math.min(ACCOUNT, others);
  const originals = await syncOriginals(database, google, size, Math.min(others, ORIGINALS), progress);
  progress(`copying them to ${others} contacts`);
  const copies = Math.floor(others / size) - originals.length;
  const indexes = await dropIndexes(database, 'contacts');
  const pairs = Array.from({ length: copies }, (_, index) => ({
    original: originals[index % originals.length] ?? '',
    copy: randomUUID(),
  }));
  // One connection a core: one for the log with its tables, one for the read model.
  const second = new pg.Client({ connectionString: database.url });
  await second.connect();
  try {
    await Promise.all([
      copyEach(database.connection, pairs, [EVENTS, HEADS, KEYS]),
      copyEach(second, pairs, [CONTACTS]).then(() => createAll(second, indexes)),
    ]);
  } finally {
    await second.end();
  }
  await database.query(
    `update projection_checkpoints set next_offset = (select max(position) from events),
       position = (select max(position) from events) where projection = 'contacts' and source = 'log'`,
  );
  // They only fill the tables: nobody syncs them.
  await database.query("update accounts set state = 'disconnected', refresh_token = null");
  await database.query('vacuum analyze');
  progress(`${others} other contacts in ${Math.round((performance.now() - start) / 1_000)} s`);
}

async function syncOriginals(
  database: BenchDatabase,
  google: Google,
  size: number,
  contacts: number,
  progress: (what: string) => void,
): Promise<string[]> {
  const service = await BenchService.start({ database, google });
  const accounts: string[] = [];
  try {
    for (let done = 0; done + size <= contacts; done += size) {
      progress(`syncing ${size} other contacts`);
      const account = await database.connectAccount(await google.createAccount(size));
      await service.sync('full', account);
      accounts.push(account);
    }
  } finally {
    await service.stop();
  }
  return accounts;
}

async function copyEach(
  client: pg.Client,
  pairs: readonly { original: string; copy: string }[],
  statements: readonly string[],
): Promise<void> {
  for (const { original, copy } of pairs) {
    for (const statement of statements) await client.query(statement, [original, copy]);
  }
}

/** Copies an account's log, heads, keys and rows under an id of their own. */
export async function copyAccount(database: BenchDatabase, original: string): Promise<void> {
  await copyEach(database.connection, [{ original, copy: randomUUID() }], [EVENTS, HEADS, KEYS, CONTACTS]);
}

/** GIN indexes are made over a whole table many times faster than row by row. */
async function dropIndexes(database: BenchDatabase, table: string): Promise<string[]> {
  const rows = await database.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where tablename = $1 and indexname <> $1 || '_pkey'`,
    [table],
  );
  for (const { name } of rows) await database.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

async function createAll(client: pg.Client, definitions: readonly string[]): Promise<void> {
  await client.query("set maintenance_work_mem = '512MB'");
  for (const definition of definitions) await client.query(definition);
}

const COPY_OF = (id: string): string => copiedId('$2', id);

const EVENTS = `
  insert into events (stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
  select ${COPY_OF('stream_id')}, version, $2::uuid, type,
    replace(replace(data::text, stream_id::text, ${COPY_OF('stream_id')}::text), account_id::text, $2::text)::json,
    metadata, run_id, occurred_at
  from events where account_id = $1::uuid order by position`;

const HEADS = `
  insert into contact_snapshots
  select copy.* from contact_snapshots head, lateral jsonb_populate_record(head,
    jsonb_build_object('contact_id', ${COPY_OF('contact_id')}, 'account_id', $2::text)) copy
  where head.account_id = $1::uuid`;

const KEYS = `
  insert into contact_keys (account_id, key, contact_id)
  select $2::uuid, key, ${COPY_OF('contact_id')} from contact_keys where account_id = $1::uuid`;

const CONTACTS = `
  insert into contacts
  select copy.* from contacts contact, lateral jsonb_populate_record(contact,
    jsonb_build_object('id', ${COPY_OF('id')}, 'account_id', $2::text,
      'document', replace(replace(document, id::text, ${COPY_OF('id')}::text), account_id::text, $2::text))) copy
  where contact.account_id = $1::uuid`;
