import { type Benchmark, type BenchmarkRun, mostContacts, short } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { waitFor } from '../test/support/wait-for.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { longestTransaction } from './stage/longest-transaction.js';
import { copyAccount } from './stage/other-accounts.js';
import { BenchService } from './stage/service.js';

/** Deleted contacts that are copied until there are enough of them. */
const ORIGINALS = 2_500;
/** Of each contact, its deletion the last. */
const EVENTS_EACH = 4;

interface Kind {
  /** As a row of the report names it. */
  readonly what: string;
  readonly setting: string;
  /** Makes that many rows that are due. */
  fill(run: BenchmarkRun, database: BenchDatabase, rows: number): Promise<void>;
  /** Counts what is left to remove. */
  readonly left: string;
}

const KINDS: readonly Kind[] = [
  {
    what: 'events of deleted contacts',
    setting: 'RETENTION_DELETED_CONTACTS',
    fill: fillDeletedContacts,
    left: `select count(*)::int as count from events
      where type = 'ContactDeleted' and data is not null and metadata -> 'detailsRemoved' is null`,
  },
  {
    what: 'closed quarantine entries',
    setting: 'RETENTION_QUARANTINE',
    fill: (_, database, rows) =>
      fill(
        database,
        rows,
        `insert into quarantined_persons (id, account_id, run_id, person_key, resource_name, source_ids, payload, error,
           occurred_at, state, closed_at)
         select gen_random_uuid(), (select id from accounts limit 1), gen_random_uuid(), 'key ' || n, 'people/c' || n, '{}',
           json_build_object('resourceName', 'people/c' || n, 'names', repeat('x', 500)), 'not understood', at, 'discarded', at
         from rows`,
      ),
    left: 'select count(*)::int as count from quarantined_persons where payload is not null',
  },
  {
    what: 'closed dead letters',
    setting: 'RETENTION_DEAD_LETTERS',
    fill: (_, database, rows) =>
      fill(
        database,
        rows,
        `insert into dead_letters (id, topic, partition, record_offset, key, headers, value, error, occurred_at, state, closed_at)
         select gen_random_uuid(), 'contacts.events', 0, n, '\\x00', '[]', convert_to(repeat('x', 500), 'UTF8'), 'unreadable',
           at, 'discarded', at from rows`,
      ),
    left: 'select count(*)::int as count from dead_letters',
  },
  {
    what: 'runs that are over',
    setting: 'RETENTION_RUNS',
    fill: (_, database, rows) =>
      fill(
        database,
        rows,
        `insert into sync_runs (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at,
           started_at, finished_at)
         select gen_random_uuid(), (select id from accounts limit 1), 'contacts', 'auto', 'incremental', 'scheduled',
           'succeeded', '{}', '{}', at, at, at from rows`,
      ),
    left: 'select count(*)::int - 1 as count from sync_runs',
  },
];

const longest = ({ what }: Kind): string => `${what}: longest transaction`;
const whole = ({ what }: Kind): string => `${what}: until all are removed`;

export const retention: Benchmark = {
  name: 'retention',
  question: 'How long does removing what was kept long enough hold locks?',
  subjects: KINDS.flatMap((kind) => [longest(kind), whole(kind)]),
  async run(run) {
    for (const kind of KINDS) await measure(run, kind);
  },
};

async function measure(run: BenchmarkRun, kind: Kind): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const rows = mostContacts(settings);
    const setting = `${short(rows)} rows`;
    const [database, google] = await Promise.all([stage.database(), stage.google()]);
    later(() => database.drop());
    await database.connectAccount(await google.createAccount(0));
    progress(`${setting}: making ${kind.what}`);
    await kind.fill(run, database, rows);
    await database.query('vacuum analyze');
    progress(`${setting}: removing ${kind.what}`);
    const start = performance.now();
    const longestMs = await longestTransaction(database, async () => {
      const environment = { ...ALL_OFF, [kind.setting]: '1s' };
      const service = await BenchService.start({
        database,
        google,
        roles: 'api,scheduler,projector',
        environment,
      });
      later(() => service.stop());
      await waitFor(async () => (await database.query<{ count: number }>(kind.left))[0]?.count === 0, {
        what: `the end of removing ${kind.what}`,
        timeoutMs: 30 * 60_000,
        everyMs: 1_000,
      });
    });
    recorder.add(setting, longest(kind), 'ms', longestMs);
    recorder.add(setting, whole(kind), 's', (performance.now() - start) / 1_000);
    recorder.figure({ setting, subject: longest(kind) }, { atMost: 1_000 });
  });
}

const ALL_OFF = Object.fromEntries(
  ['DELETED_CONTACTS', 'QUARANTINE', 'DEAD_LETTERS', 'RUNS', 'HELD_DELETIONS'].map((kind) => [
    `RETENTION_${kind}`,
    'off',
  ]),
);

/** Rows `n` of a year ago, each at a time `at` of its own. */
async function fill(database: BenchDatabase, rows: number, insert: string): Promise<void> {
  await database.query(
    `with rows as (
       select n, now() - interval '1 year' + make_interval(secs => n / 1000.0) as at from generate_series(1, ${rows}) as n
     ) ${insert}`,
  );
}

async function fillDeletedContacts(
  { stage, progress }: BenchmarkRun,
  database: BenchDatabase,
  rows: number,
): Promise<void> {
  const google = await stage.google();
  const contacts = Math.min(ORIGINALS, Math.floor(rows / EVENTS_EACH));
  const account = await google.createAccount(contacts);
  const accountId = await database.connectAccount(account);
  const service = await BenchService.start({ database, google });
  try {
    await service.sync('full', accountId);
    for (let seed = 1; seed <= EVENTS_EACH - 2; seed += 1) {
      await google.change(account, contacts, seed);
      await service.sync('incremental', accountId);
    }
    await google.remove(account, contacts);
    await service.sync('incremental', accountId);
  } finally {
    await service.stop();
  }
  const copies = Math.ceil(rows / EVENTS_EACH / contacts) - 1;
  progress(`copying ${contacts} deleted contacts ${copies} times`);
  for (let copy = 0; copy < copies; copy += 1) await copyAccount(database, accountId);
  await database.query(`
    update projection_checkpoints set next_offset = (select max(position) from events),
      position = (select max(position) from events) where projection = 'contacts' and source = 'log'`);
}
