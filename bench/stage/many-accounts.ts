import { SEEDED_ID } from '../../test/support/big-instance/many-accounts.sql.js';
import { type BenchDatabase } from './bench-database.js';
import { copiedId } from './copied-id.js';

/** Runs of each account, the newest of which the lists look for. */
const RUNS_EACH = 10;
/** Accounts whose rows one statement makes. */
const AT_ONCE = 500;

/**
 * Adds accounts with contacts of the read model that are copies of those of an account that is there, with lists and
 * runs, but without a log: what lists accounts reads none.
 *
 * @param contacts in all, those of the original included; each other account has the same share of the rest
 */
export async function addAccounts(
  database: BenchDatabase,
  { accounts, contacts }: { readonly accounts: number; readonly contacts: number },
  progress: (what: string) => void,
): Promise<void> {
  await database.query(`
    create temporary table originals as
      select row_number() over (order by id) - 1 as n, contact as original from contacts contact`);
  await database.query('create unique index on originals (n)');
  await database.query('analyze originals');
  const [originals] = await database.query<{ count: number }>('select count(*)::int as count from originals');
  const count = originals?.count ?? 0;
  const each = Math.max(1, Math.floor((contacts - count) / (accounts - 1)));
  const indexes = await database.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where tablename = 'contacts' and indexname <> 'contacts_pkey'`,
  );
  for (const { name } of indexes) await database.query(`drop index ${name}`);
  for (let from = 1; from < accounts; from += AT_ONCE) {
    if (from % 2_500 === 1) progress(`${from} of ${accounts} accounts`);
    const to = Math.min(from + AT_ONCE, accounts) - 1;
    for (const statement of [ACCOUNTS, LISTS, RUNS]) await database.query(statement, [from, to]);
    await database.query(CONTACTS, [from, to, each, count]);
  }
  progress('making the indexes');
  await database.query("set maintenance_work_mem = '512MB'");
  for (const { definition } of indexes) await database.query(definition);
  await database.query('vacuum analyze');
}

const NUMBERS = 'generate_series($1::int, $2::int) as number';

/** One in ten is paused, out, or gone. */
const ACCOUNTS = `
  insert into accounts (id, name, email, google_subject, state, paused, connected_at)
  select ${SEEDED_ID('account', 'number')}, 'person' || number || '@company' || number % 97 || '.example',
    'person' || number || '@company' || number % 97 || '.example', 'bench ' || number,
    case number % 40 when 0 then 'needs-reauth' when 1 then 'disconnected' else 'connected' end, number % 20 = 2,
    now() - make_interval(mins => 100000 - number)
  from ${NUMBERS}`;

const LISTS = `
  insert into sync_lists (account_id, list, epoch, sync_token, next_sync_at, full_synced_at, last_outcome, succeeded_at)
  select ${SEEDED_ID('account', 'number')}, 'contacts', 1, 'token', now(), now(),
    case when number % 50 = 3 then 'failed' else 'succeeded' end, now() - make_interval(mins => number % 30)
  from ${NUMBERS}`;

const RUNS = `
  insert into sync_runs (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at,
    started_at, finished_at)
  select ${SEEDED_ID('run', "number || ' ' || run")}, ${SEEDED_ID('account', 'number')}, 'contacts', 'auto', 'incremental', 'scheduled',
    'succeeded', '{"total_fetched":0,"created":0,"updated":0,"deleted":0,"not_listed":0,"merged":0,"unchanged":0,"errors":0,"pages":1}',
    '{"asked":0,"gone":0,"alive":0,"unanswered":0}', at, at, at
  from ${NUMBERS}, generate_series(1, ${RUNS_EACH}) as run,
    lateral (select now() - make_interval(mins => 5 * run) as at) times`;

const CONTACTS = `
  insert into contacts
  select copy.* from ${NUMBERS},
    lateral (select ${SEEDED_ID('account', 'number')} as account) of_account,
    generate_series(1, $3::int) as place,
    lateral (select original from originals where n = (number::bigint * $3 + place) % $4::int) chosen,
    lateral jsonb_populate_record(original, jsonb_build_object(
      'id', ${copiedId('account', '(original).id')}, 'account_id', account,
      'document', replace(replace((original).document, (original).id::text,
        ${copiedId('account', '(original).id')}::text), (original).account_id::text, account::text))) copy`;
