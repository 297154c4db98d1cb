import { type Benchmark, type BenchmarkRun, settingOf, totals } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { noteProfile } from './report/profile-summary.js';
import { type Contestant, interleave } from './harness/interleave.js';
import { SOURCE_LIST } from './peers/source-algorithm/source-algorithm.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { type DatabaseWork } from './stage/bench-postgres.js';
import { openContest } from './stage/contest.js';
import { type Google, type GoogleAccount, readList } from './stage/google.js';
import { GOOGLES_TIME, recordGoogle } from './stage/recorded-google/record-google.js';
import { type BenchService } from './stage/service.js';

const PAGE_SIZE = 1_000;

const SUBJECT = {
  log: 'ours, event log committed',
  answer: 'ours, answered, with the read model caught up',
  bare: 'the bare round trip: the same page, fetched and parsed',
  source: "the source document's algorithm, without its pauses",
  requests: 'ours, requests to Google',
  statements: 'ours, statements',
  read: 'ours, rows read',
  written: 'ours, rows written',
  bytes: 'ours, bytes written to the log of PostgreSQL',
  received: 'ours, bytes received from Google',
} as const;

/** The source document's claim is about the full sync of an account of this size. */
const FULL = {
  written: 'full sync, rows written',
  bytes: 'full sync, bytes written to the log of PostgreSQL',
};
const CLAIMED_SIZE = 10_000;

export const incrementalSync: Benchmark = {
  name: 'incremental',
  question: 'What does an incremental sync cost?',
  subjects: [...Object.values(SUBJECT), ...Object.values(FULL), GOOGLES_TIME],
  onDefaults: Object.values(SUBJECT),
  async run(run) {
    const { settings } = run;
    for (const others of totals(settings)) {
      for (const size of settings.sizes) {
        await measureAccount(run, size, others);
        await run.keep();
      }
    }
  },
};

function changesOf(size: number): number[] {
  return [0, 10, 1_000].filter((changes) => changes <= size);
}

function withChanges(setting: string, changes: number): string {
  return `${changes} changes, ${setting}`;
}

async function measureAccount(run: BenchmarkRun, size: number, others: number): Promise<void> {
  await withCleanup(async (later) => {
    const { settings, recorder, progress } = run;
    const { google, account, accountId, client, database, service, source } = await openContest(
      run,
      size,
      others,
      later,
    );
    const place = settingOf(size, others);
    progress(`${place}: first syncs`);
    await countFullSync(run, { place, size, others, database, service, accountId });
    if (others > 0) await source.fillOthers(others);
    let sourceToken = await source.fill(client);
    let bareToken = await readList(client, { pageSize: PAGE_SIZE });
    // Steady state: the planner knows the tables, as it does in a service that has run for a while.
    await database.query('vacuum analyze');

    let seed = 1;
    for (const changes of changesOf(size)) {
      const setting = withChanges(place, changes);
      let made = 0;
      const timed = (subjects: readonly string[], work: () => Promise<readonly number[]>): Contestant => ({
        name: subjects[0] ?? '',
        async run() {
          const times = await work();
          return () => {
            subjects.forEach((subject, index) => {
              recorder.add(setting, subject, 'ms', times[index] ?? Number.NaN);
            });
          };
        },
      });
      const contestants = [
        timed([SUBJECT.log, SUBJECT.answer], async () => {
          const times = await service.sync('incremental', accountId);
          expectFetched(times.statistics.total_fetched, made);
          return [times.logCommitted, times.readModelCaughtUp ?? Number.NaN];
        }),
        timed([SUBJECT.bare], async () => {
          const start = performance.now();
          const next = await readList(client, { pageSize: PAGE_SIZE, syncToken: bareToken });
          const took = performance.now() - start;
          bareToken = next;
          return [took];
        }),
        timed([SUBJECT.source], async () => {
          const start = performance.now();
          sourceToken = await source.sync(client, { pauses: false, syncToken: sourceToken });
          return [performance.now() - start];
        }),
      ];
      // They take milliseconds, so there can be many; a few would be noise.
      const often = settings.smoke
        ? settings
        : { ...settings, repetitions: settings.repetitions * 5, warmUps: 5 };
      progress(`${setting}: ${often.repetitions} repetitions`);
      const change = async (): Promise<void> => {
        made = await google.change(account, changes, (seed += 1));
        await google.recall(account, {
          pageSize: PAGE_SIZE,
          syncToken: await database.syncToken(accountId),
        });
      };
      const beforeRound = async (): Promise<void> => {
        await change();
        await google.recall(account, { pageSize: PAGE_SIZE, syncToken: bareToken });
        await google.recall(account, { ...SOURCE_LIST, syncToken: sourceToken });
      };
      await google.counted(account);
      await interleave(contestants, { ...often, beforeRound }, () => undefined);
      recordGoogle(recorder, setting, await google.counted(account));
      await change();
      await count(run, { setting, changes, database, service, account, accountId });
      // The other contestants sync too, so that none begins the next kind of changes with some left.
      const catchUp = async (): Promise<void> => {
        bareToken = await readList(client, { pageSize: PAGE_SIZE, syncToken: bareToken });
        sourceToken = await source.sync(client, { pauses: false, syncToken: sourceToken });
      };
      await catchUp();
      if (settings.profile && changes === 10) {
        const file = await service.profiled('incremental-sync', () =>
          many({ google, database, service, account, accountId }),
        );
        noteProfile(recorder, setting, 'over 100 syncs', file);
        await catchUp();
      }
      const at = (subject: string) => ({ setting, subject });
      // What the service adds does not depend on how long Google takes, so it is a difference and no ratio.
      const above = (subject: string, most: number): void => {
        const target = changes === 10 ? { atMost: most } : null;
        recorder.difference(`${subject}, above the bare round trip`, at(subject), at(SUBJECT.bare), target);
      };
      above(SUBJECT.log, 15);
      above(SUBJECT.answer, 20);
      recorder.ratio(
        "the source document's algorithm / ours, answered",
        at(SUBJECT.source),
        at(SUBJECT.answer),
      );
      if (changes !== 10) continue;
      const full = { setting: settingOf(CLAIMED_SIZE, others) };
      recorder.ratio(
        'rows written: full sync of 10k / this',
        { ...full, subject: FULL.written },
        at(SUBJECT.written),
        {
          atLeast: 1_000,
        },
      );
      recorder.ratio(
        'bytes written: full sync of 10k / this',
        { ...full, subject: FULL.bytes },
        at(SUBJECT.bytes),
        {
          atLeast: 1_000,
        },
      );
    }
  });
}

interface Counted {
  readonly database: BenchDatabase;
  readonly service: BenchService;
  readonly accountId: string;
}

async function countFullSync(
  { stage, recorder }: BenchmarkRun,
  {
    place,
    size,
    others,
    database,
    service,
    accountId,
  }: Counted & { place: string; size: number; others: number },
): Promise<void> {
  const sync = async (): Promise<void> => {
    await service.sync('full', accountId);
  };
  // Reading the write-ahead log of a larger one takes longer than the sync.
  if (size > CLAIMED_SIZE && others > 0) {
    await sync();
    return;
  }
  const work = await (await stage.postgres()).work(database, sync);
  recorder.add(place, FULL.written, 'rows', work.rowsWritten);
  recorder.add(place, FULL.bytes, 'bytes', work.bytes);
}

async function count(
  { stage, recorder }: BenchmarkRun,
  {
    setting,
    changes,
    database,
    service,
    account,
    accountId,
  }: Counted & { setting: string; changes: number; account: GoogleAccount },
): Promise<void> {
  const google = await stage.google();
  await google.counted(account);
  const work: DatabaseWork = await (
    await stage.postgres()
  ).work(database, async () => {
    await service.sync('incremental', accountId);
  });
  const { requests, bytes } = await google.counted(account);
  recorder.add(setting, SUBJECT.requests, 'requests', requests);
  recorder.add(setting, SUBJECT.received, 'bytes', bytes);
  recorder.add(setting, SUBJECT.statements, 'statements', work.statements);
  recorder.add(setting, SUBJECT.read, 'rows', work.rowsRead);
  recorder.add(setting, SUBJECT.written, 'rows', work.rowsWritten);
  recorder.add(setting, SUBJECT.bytes, 'bytes', work.bytes);
  if (changes !== 10) return;
  const each = 'ours, rows written for each change';
  recorder.add(setting, each, 'rows', work.rowsWritten / changes);
  recorder.figure({ setting, subject: each }, { atMost: 5 });
}

async function many({
  google,
  database,
  service,
  account,
  accountId,
}: Counted & { google: Google; account: GoogleAccount }): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    await google.change(account, 10, 1_000 + round);
    await google.recall(account, { pageSize: PAGE_SIZE, syncToken: await database.syncToken(accountId) });
    await service.sync('incremental', accountId);
  }
}

function expectFetched(found: number | undefined, expected: number): void {
  if (found !== expected)
    throw new Error(`An incremental sync fetched ${String(found)} persons, not ${expected}`);
}
