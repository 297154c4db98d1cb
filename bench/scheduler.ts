import { setTimeout as delay } from 'node:timers/promises';

import { LEASE_MS } from '#platform';

import { waitFor } from '../test/support/wait-for.js';
import { logFaults } from '../test/crash/log-checks.js';
import { type Benchmark, type BenchmarkRun, mostContacts, short } from './benchmark.js';
import { quantile } from './harness/statistics.js';
import { withCleanup } from './harness/with-cleanup.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { differingAccounts } from './stage/compare-with-google.js';
import { Crew } from './stage/crew.js';
import { type Load, LOAD, loadOf, recordLoad } from './stage/crew-load.js';
import { dayAndNight } from './stage/day-and-night.js';
import { type Google } from './stage/google.js';
import { ScheduleWatch } from './stage/schedule-watch.js';
import { scheduledRound } from './stage/scheduled-round.js';
import { type ServiceOptions } from './stage/service.js';
import { type Stage } from './stage/stage.js';
import { type ZipfAccount, zipfAccounts, zipfSizes } from './stage/zipf-accounts.js';

/** One account for so many contacts, as 100,000 make 10,000 accounts. */
const CONTACTS_AN_ACCOUNT = 10;
const PROCESSES = 3;
/** Of the accounts, those that are due at once where the number of processes is what counts. */
const DUE_AT_ONCE = 2_000;
/**
 * Of a sync: below it, nearly all processes have the access tokens of nearly all accounts, as after their first hour. Each
 * process asks for its own, and which one syncs an account is chance.
 */
const REQUESTS_ONCE_WARM = 1.1;
const MOST_WARM_UPS = 12;
/** So that 10,000 accounts have two minutes, and fewer as many syncs a second. */
const INTERVAL_MS_AN_ACCOUNT = 12;
/** So that 10,000 accounts have the five minutes that are the default. */
const USUAL_INTERVAL_MS_AN_ACCOUNT = 30;
/** Before the usual interval is measured: by then most of what is done again and again is compiled. */
const SETTLING_S = 90;
const LEAST_INTERVAL_S = 20;
/** How far the schedule itself puts a sync forward: JITTER in libs/sync/src/schedule/sync-times.sql.ts. */
const JITTER = 0.05;
const KILL_EVERY_S = 10;
const KILLS_A_SECOND = 10;
/** A lease, and the look for runs that nobody told of (POLL_MS in libs/sync/src/worker/run-worker.ts). */
const ORPHANED_S = LEASE_MS / 1_000 + 5;
/** One in so many fails, and one in so many is not answered. */
const ILL = 100;
/** Accounts for each change a second. */
const ACCOUNTS_A_CHANGE = 500;
const COMPARED = 100;
const SETTLED_MS = 30 * 60_000;

const IDLE = {
  share: 'processor time of the service, for 10k accounts every five minutes',
  all: 'processor time of the service and PostgreSQL, for 10k accounts every five minutes',
} as const;

const LATE = {
  p50: 'lateness, p50',
  p99: 'lateness, p99',
  small: 'lateness of the smaller half of accounts, p99',
  large: 'lateness of the largest hundredth of accounts, p99',
} as const;

const PROOF = {
  orphansP50: 'runs of a killed process: from the kill to another process, p50',
  orphans: 'runs of a killed process: from the kill to another process, most',
  double: 'double runs',
  forgotten: 'forgotten accounts',
  lost: 'due times lost with the process that had claimed them',
  faults: 'faults of the log',
  differing: 'accounts that differ from Google afterwards',
} as const;

/** Tables with their indexes, for each row of the first. */
const DISK = {
  'disk of a run': ['sync_runs'],
  'disk of an event': ['events'],
  'disk of a contact beside its events': ['contact_snapshots', 'contact_keys'],
  'disk of a contact in the read model': ['contacts'],
} as const;

const FIRST = 'first syncs a second';
const RSS = 'most memory of a process';

/** The product's own schedule over many accounts, some of which fail or hang, and processes that die. */
export const scheduler: Benchmark = {
  name: 'scheduler',
  question: 'Are many accounts synced in time, by several processes that are killed in turn?',
  subjects: [
    FIRST,
    RSS,
    ...Object.values(LOAD),
    ...Object.values(IDLE),
    ...Object.values(LATE),
    ...Object.values(PROOF),
    ...Object.keys(DISK),
  ],
  run: measure,
};

/** What all parts of the benchmark share. */
interface Scene {
  readonly run: BenchmarkRun;
  readonly stage: Stage;
  readonly google: Google;
  readonly database: BenchDatabase;
  /** The largest first. */
  readonly accounts: readonly ZipfAccount[];
  /** `10k accounts`. */
  readonly named: string;
}

async function measure(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, progress } = run;
    const contacts = mostContacts(settings);
    const count = Math.max(30, Math.floor(contacts / CONTACTS_AN_ACCOUNT));
    const named = `${short(count)} accounts`;
    const google = await stage.google();
    const database = await stage.database();
    later(() => database.drop());
    progress(`${named}: making them`);
    const accounts = await zipfAccounts(database, google, zipfSizes(count, contacts), (what) => {
      progress(`${named}: ${what}`);
    });
    const scene: Scene = { run, stage, google, database, accounts, named };
    // They are connected for longer than any interval.
    await database.query('update accounts set connected_at = now() - make_interval(days => 1)');
    await firstSyncs(scene);
    for (let processes = 1; processes <= PROCESSES; processes += 1) {
      await allDue(scene, processes);
      await run.keep();
    }
    const watch = await ScheduleWatch.start(database);
    await idleAccounts(scene, watch);
    await run.keep();
    await bySchedule(scene, watch);
  });
}

/** Whoever works: processes of the role that schedules and syncs, unless others are named; nobody reads. */
async function withCrew(
  { run, google, database }: Scene,
  size: number,
  interval: string,
  work: (crew: Crew) => Promise<void>,
  roles = 'scheduler',
): Promise<void> {
  const environment = { SYNC_INTERVAL: interval };
  const options: ServiceOptions = { database, google: google.simulated, roles, environment };
  await withCleanup(async (later) => {
    const crew = await Crew.start(size, options);
    later(() =>
      crew.stop().catch((error: unknown) => {
        // One of many processes, in a run of an hour.
        run.recorder.note((error as Error).message);
      }),
    );
    await work(crew);
  });
}

async function firstSyncs(scene: Scene): Promise<void> {
  const { run, database, accounts, named } = scene;
  await withCrew(scene, PROCESSES, '1h', async () => {
    run.progress(`${named}: first syncs`);
    const start = performance.now();
    await waitFor(async () => (await unsynced(database, '-infinity')) === 0, {
      what: 'the first syncs',
      timeoutMs: SETTLED_MS,
      everyMs: 500,
    });
    const seconds = (performance.now() - start) / 1_000;
    run.recorder.add(named, FIRST, 'syncs/s', accounts.length / seconds);
  });
  await database.query('vacuum analyze');
}

/** How many accounts had no good sync since then. */
async function unsynced(database: BenchDatabase, since: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*)::int as count from accounts left join sync_lists on account_id = id
     where succeeded_at is null or succeeded_at < $1::timestamptz`,
    [since],
  );
  return row?.count ?? 0;
}

/** How much more several processes do than one, where none has to wait for its time. */
async function allDue(scene: Scene, processes: number): Promise<void> {
  const { run, database, accounts, named } = scene;
  const { settings, progress } = run;
  const count = Math.min(accounts.length, DUE_AT_ONCE);
  const setting = `${named}, ${processes} process${processes === 1 ? '' : 'es'}`;
  await withCrew(scene, processes, '1h', async (crew) => {
    const round = async (what: string): Promise<Load> => {
      progress(`${setting}: ${what}`);
      let seconds = 0;
      const load = await loadOf({ ...scene, crew }, async () => {
        seconds = await scheduledRound(database, count);
      });
      return { ...load, seconds };
    };
    for (let warmUp = 1; warmUp <= (settings.smoke ? settings.warmUps : MOST_WARM_UPS); warmUp += 1) {
      const { requests } = await round(`warm-up ${warmUp}`);
      if (requests < REQUESTS_ONCE_WARM * count) break;
    }
    for (let repetition = 1; repetition <= settings.repetitions; repetition += 1) {
      const load = await round(`repetition ${repetition} of ${settings.repetitions}`);
      recordLoad(run.recorder, setting, count, load);
    }
    run.recorder.add(setting, RSS, 'MiB', crew.peakRssMiB());
  });
}

/** In one process, as many syncs a second as 10,000 accounts at the default interval have. */
async function idleAccounts(scene: Scene, watch: ScheduleWatch): Promise<void> {
  const { run, accounts, named } = scene;
  const { smoke } = run.settings;
  const intervalS = Math.max(
    smoke ? 3 : 1,
    Math.round((accounts.length * USUAL_INTERVAL_MS_AN_ACCOUNT) / 1_000),
  );
  const setting = `${named} every ${intervalS} s, 1 process`;
  await withCrew(scene, 1, `${intervalS}s`, async (crew) => {
    await spread(scene, intervalS);
    run.progress(`${setting}: settling`);
    await delay(smoke ? 1_000 : SETTLING_S * 1_000);
    const runs = await undisturbed(scene, crew, watch, { setting, intervalS }, intervalS);
    // The middle of the interval and the most that the jitter takes from it.
    const syncsASecond = 10_000 / (300 * (1 - JITTER / 2));
    const share = (ms: number): number => (ms / runs.count) * (syncsASecond / 1_000) * 100;
    run.recorder.add(setting, IDLE.share, '% of a core', share(runs.serviceMs));
    run.recorder.add(setting, IDLE.all, '% of a core', share(runs.serviceMs + runs.postgresMs));
    run.recorder.figure({ setting, subject: IDLE.share }, { atMost: 10 });
  });
}

/** As if accounts had been connected at all times. */
async function spread({ database }: Scene, intervalS: number): Promise<void> {
  await database.query('update sync_lists set next_sync_at = now() + make_interval(secs => $1 * random())', [
    intervalS,
  ]);
}

/** First as it should be, then with changes, accounts that fail and hang, and one process of three dead all the time. */
async function bySchedule(scene: Scene, watch: ScheduleWatch): Promise<void> {
  const { run, accounts, named } = scene;
  const { smoke } = run.settings;
  const intervalS = smoke
    ? 3
    : Math.max(LEAST_INTERVAL_S, Math.ceil((accounts.length * INTERVAL_MS_AN_ACCOUNT) / 1_000));
  const setting = `${named} every ${intervalS} s`;
  await withCrew(scene, PROCESSES, `${intervalS}s`, async (crew) => {
    await spread(scene, intervalS);
    await undisturbed(scene, crew, watch, { setting, intervalS }, 2 * intervalS);
    await run.keep();
    await storm(scene, crew, watch, { setting: `${setting}, a third of the processes dead`, intervalS });
    run.recorder.add(setting, RSS, 'MiB', crew.peakRssMiB());
  });
  await compare(scene, intervalS, `${setting}, a third of the processes dead`);
}

interface Scheduled {
  readonly setting: string;
  readonly intervalS: number;
}

/** Nothing to do, nothing ill. @returns what it cost, and how many runs there were */
async function undisturbed(
  scene: Scene,
  crew: Crew,
  watch: ScheduleWatch,
  { setting }: Scheduled,
  seconds: number,
): Promise<{ count: number; serviceMs: number; postgresMs: number }> {
  const { run } = scene;
  run.progress(`${setting}: nothing to do, nothing ill`);
  await watch.begin();
  const load = await loadOf({ ...scene, crew }, () => delay(seconds * 1_000));
  const runs = await watch.runs();
  recordLoad(run.recorder, setting, runs.length, load);
  recordLateness(scene, setting, runs);
  return { count: runs.length, serviceMs: load.serviceMs, postgresMs: load.postgresMs };
}

async function storm(
  scene: Scene,
  crew: Crew,
  watch: ScheduleWatch,
  { setting, intervalS }: Scheduled,
): Promise<void> {
  const { run, google, accounts } = scene;
  const { recorder, settings, progress } = run;
  const kills = settings.smoke ? 3 : KILLS_A_SECOND * settings.seconds;
  const everyMs = settings.smoke ? 1_000 : KILL_EVERY_S * 1_000;
  for (const { account, fault } of illOnes(accounts)) await google.fault(account, fault);
  const over = new AbortController();
  const changing = dayAndNight(
    google,
    accounts.map(({ account }) => account),
    { perSecond: Math.ceil(accounts.length / ACCOUNTS_A_CHANGE), dayMs: intervalS * 1_000 },
    over.signal,
  );
  await watch.begin();
  progress(`${setting}: ${kills} kills`);
  try {
    const load = await loadOf({ ...scene, crew }, () =>
      crew.killInTurn(kills, everyMs, (pid) => watch.killed(pid)),
    );
    const runs = await watch.runs();
    recordLoad(run.recorder, setting, runs.length, load);
    recordLateness(scene, setting, runs);
    recorder.figure({ setting, subject: LATE.p99 }, { atMost: Number((2 * JITTER * intervalS).toFixed(2)) });
    const orphans = (await watch.orphans()).toSorted((a, b) => a - b);
    recorder.add(setting, PROOF.orphansP50, 's', orphans.length === 0 ? 0 : quantile(orphans, 0.5));
    recorder.add(setting, PROOF.orphans, 's', orphans.at(-1) ?? 0);
    recorder.figure({ setting, subject: PROOF.orphans }, { atMost: ORPHANED_S });
    none(scene, setting, PROOF.double, await watch.doubleRuns());
    none(scene, setting, PROOF.forgotten, await watch.forgotten(2 * intervalS + LEASE_MS / 1_000));
    none(scene, setting, PROOF.lost, await watch.lostDues());
    const states = Map.groupBy(runs, ({ state }) => state);
    recorder.note(
      `${kills} kills; ${orphans.length} runs were taken over; ${runs.filter(({ foundSomething }) => foundSomething).length} of ${runs.length} runs found something; ` +
        [...states].map(([state, those]) => `${those.length} ${state}`).join(', '),
      setting,
    );
  } finally {
    over.abort();
    await changing;
  }
}

/** One in a hundred is refused, and one in a hundred is not answered, of all sizes. */
function illOnes(accounts: readonly ZipfAccount[]) {
  const every = Math.min(ILL, Math.floor(accounts.length / 4));
  const nth = (place: number) => accounts.filter((_, rank) => rank % every === place);
  return [
    ...nth(1).map(({ account }) => ({ account, fault: { kind: 'status', status: 503 } })),
    ...nth(2).map(({ account }) => ({ account, fault: { kind: 'hang' } })),
  ];
}

function recordLateness(
  { run, accounts }: Scene,
  setting: string,
  runs: Awaited<ReturnType<ScheduleWatch['runs']>>,
): void {
  const { recorder } = run;
  const ranks = new Map(accounts.map(({ accountId }, rank) => [accountId, rank / accounts.length]));
  const at = (share: number, from: number, to: number): number => {
    const those = runs.filter(({ accountId }) => {
      const rank = ranks.get(accountId) ?? Number.NaN;
      return rank >= from && rank < to;
    });
    return quantile(
      those.map(({ lateness }) => lateness).toSorted((a, b) => a - b),
      share,
    );
  };
  recorder.add(setting, LATE.p50, 's', at(0.5, 0, 1));
  recorder.add(setting, LATE.p99, 's', at(0.99, 0, 1));
  recorder.add(setting, LATE.small, 's', at(0.99, 0.5, 1));
  recorder.add(setting, LATE.large, 's', at(0.99, 0, Math.max(0.01, 1 / accounts.length)));
  recorder.ratio(
    'lateness of the smaller half of accounts, p99 / that of the largest hundredth',
    { setting, subject: LATE.small },
    { setting, subject: LATE.large },
    { atMost: 2 },
  );
}

function none({ run }: Scene, setting: string, subject: string, count: number): void {
  run.recorder.add(setting, subject, 'times', count);
  run.recorder.figure({ setting, subject }, { atMost: 0 });
}

/** Once nobody is ill any more and each account was synced: whether all of it is there, and once. */
async function compare(scene: Scene, intervalS: number, setting: string): Promise<void> {
  const { run, google, database, accounts } = scene;
  for (const { account } of illOnes(accounts)) await google.liftFaults(account);
  const [now] = await database.query<{ now: string }>('select clock_timestamp()::text as now');
  const isTrue = async (condition: string): Promise<boolean> =>
    (await database.query(`select where ${condition}`)).length === 1;
  const lastSyncs = async (): Promise<void> => {
    run.progress(`${setting}: a last sync of each account`);
    await waitFor(async () => (await unsynced(database, now?.now ?? '')) === 0, {
      what: 'a good sync of each account',
      timeoutMs: SETTLED_MS,
      everyMs: 500,
    });
    await database.query('update accounts set paused = true');
    await waitFor(() => isTrue(`not exists (select from sync_runs where state in ('queued', 'running'))`), {
      what: 'the end of the last syncs',
      timeoutMs: SETTLED_MS,
      everyMs: 500,
    });
    const position = `(select max(position) from projection_checkpoints where projection = 'contacts')`;
    await waitFor(() => isTrue(`${position} >= (select max(position) from events)`), {
      what: 'the read model to have it all',
      timeoutMs: SETTLED_MS,
      everyMs: 500,
    });
  };
  await withCrew(scene, PROCESSES, `${intervalS}s`, lastSyncs, 'scheduler,projector');
  const faults = await logFaults(database);
  for (const fault of faults) run.recorder.note(fault, setting);
  none(scene, setting, PROOF.faults, faults.length);
  const every = Math.ceil(accounts.length / COMPARED);
  const some = accounts.filter((_, rank) => rank % every === 0);
  none(scene, setting, PROOF.differing, await differingAccounts(database, google, accounts, some));
  await database.query('vacuum analyze');
  for (const [subject, tables] of Object.entries(DISK)) {
    const sizes = tables.map((table) => `pg_total_relation_size('${table}')`).join(' + ');
    const [disk] = await database.query<{ bytes: number }>(
      `select (${sizes})::float8 / greatest(1, count(*)) as bytes from ${tables[0]}`,
    );
    run.recorder.add(setting, subject, 'bytes', disk?.bytes ?? Number.NaN);
  }
}
