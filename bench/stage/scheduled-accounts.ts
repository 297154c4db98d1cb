import { setTimeout as delay } from 'node:timers/promises';

import { waitFor } from '../../test/support/wait-for.js';
import { type BenchmarkRun, mostContacts, short } from '../benchmark.js';
import { quantile } from '../harness/statistics.js';
import { type Later, withCleanup } from '../harness/with-cleanup.js';
import { type BenchDatabase } from './bench-database.js';
import { Crew } from './crew.js';
import { loadOf, recordLoad } from './crew-load.js';
import { type Google } from './google.js';
import { type ScheduleWatch } from './schedule-watch.js';
import { type ServiceOptions } from './service.js';
import { type Stage } from './stage.js';
import { type ZipfAccount, zipfAccounts, zipfSizes } from './zipf-accounts.js';

/** One account for so many contacts, as 100,000 make 10,000 accounts. */
const CONTACTS_AN_ACCOUNT = 10;
export const PROCESSES = 3;
/** How far the schedule itself puts a sync forward: JITTER in libs/sync/src/schedule/sync-times.sql.ts. */
export const JITTER = 0.05;
export const SETTLED_MS = 30 * 60_000;

export const FIRST = 'first syncs a second';

export const LATE = {
  p50: 'lateness, p50',
  p99: 'lateness, p99',
  small: 'lateness of the smaller half of accounts, p99',
  large: 'lateness of the largest hundredth of accounts, p99',
} as const;

/** Accounts by schedule, and what they are measured on. */
export interface Scene {
  readonly run: BenchmarkRun;
  readonly stage: Stage;
  readonly google: Google;
  readonly database: BenchDatabase;
  /** The largest first. */
  readonly accounts: readonly ZipfAccount[];
  /** `10k accounts`. */
  readonly named: string;
}

/** Makes accounts and has them synced for the first time. */
export async function openScene(run: BenchmarkRun, later: Later): Promise<Scene> {
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
  return scene;
}

/** Whoever works: processes of the role that schedules and syncs, unless others are named; nobody reads. */
export async function withCrew(
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
export async function unsynced(database: BenchDatabase, since: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*)::int as count from accounts left join sync_lists on account_id = id
     where succeeded_at is null or succeeded_at < $1::timestamptz`,
    [since],
  );
  return row?.count ?? 0;
}

/** As if accounts had been connected at all times. */
export async function spread({ database }: Scene, intervalS: number): Promise<void> {
  await database.query('update sync_lists set next_sync_at = now() + make_interval(secs => $1 * random())', [
    intervalS,
  ]);
}

/** Nothing to do, nothing ill. @returns what it cost, and how many runs there were */
export async function undisturbed(
  scene: Scene,
  crew: Crew,
  watch: ScheduleWatch,
  setting: string,
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

export function recordLateness(
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
