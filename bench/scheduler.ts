import { LEASE_MS } from '#platform';

import { waitFor } from '../test/support/wait-for.js';
import { logFaults } from '../test/crash/log-checks.js';
import { type Benchmark, type BenchmarkRun } from './benchmark.js';
import { quantile } from './harness/statistics.js';
import { withCleanup } from './harness/with-cleanup.js';
import { differingAccounts } from './stage/compare-with-google.js';
import { type Crew } from './stage/crew.js';
import { type Load, LOAD, loadOf, recordLoad } from './stage/crew-load.js';
import { dayAndNight } from './stage/day-and-night.js';
import { ScheduleWatch } from './stage/schedule-watch.js';
import { scheduledRound } from './stage/scheduled-round.js';
import {
  FIRST,
  JITTER,
  LATE,
  openScene,
  PROCESSES,
  recordLateness,
  type Scene,
  SETTLED_MS,
  spread,
  undisturbed,
  unsynced,
  withCrew,
} from './stage/scheduled-accounts.js';
import { type ZipfAccount } from './stage/zipf-accounts.js';

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
const LEAST_INTERVAL_S = 20;
const KILL_EVERY_S = 10;
const KILLS_A_SECOND = 10;
/** A lease, and the look for runs that nobody told of (POLL_MS in libs/sync/src/worker/run-worker.ts). */
const ORPHANED_S = LEASE_MS / 1_000 + 5;
/** One in so many fails, and one in so many is not answered. */
const ILL = 100;
/** Accounts for each change a second. */
const ACCOUNTS_A_CHANGE = 500;
const COMPARED = 100;

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

const RSS = 'most memory of a process';

/** The product's own schedule over many accounts, some of which fail or hang, and processes that die. */
export const scheduler: Benchmark = {
  name: 'scheduler',
  question: 'Are many accounts synced in time, by several processes that are killed in turn?',
  subjects: [
    FIRST,
    RSS,
    ...Object.values(LOAD),
    ...Object.values(LATE),
    ...Object.values(PROOF),
    ...Object.keys(DISK),
  ],
  run: measure,
};

async function measure(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const scene = await openScene(run, later);
    for (let processes = 1; processes <= PROCESSES; processes += 1) {
      await allDue(scene, processes);
      await run.keep();
    }
    await bySchedule(scene);
  });
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

/** First as it should be, then with changes, accounts that fail and hang, and one process of three dead all the time. */
async function bySchedule(scene: Scene): Promise<void> {
  const { run, database, accounts, named } = scene;
  const { smoke } = run.settings;
  const intervalS = smoke
    ? 3
    : Math.max(LEAST_INTERVAL_S, Math.ceil((accounts.length * INTERVAL_MS_AN_ACCOUNT) / 1_000));
  const setting = `${named} every ${intervalS} s`;
  const watch = await ScheduleWatch.start(database);
  await withCrew(scene, PROCESSES, `${intervalS}s`, async (crew) => {
    await spread(scene, intervalS);
    await undisturbed(scene, crew, watch, setting, 2 * intervalS);
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
