import { type people_v1 } from '@googleapis/people';

import { type Benchmark, type BenchmarkRun, settingOf, short } from './benchmark.js';
import { interleave } from './harness/interleave.js';
import { withCleanup } from './harness/with-cleanup.js';
import { SOURCE_LIST } from './peers/source-algorithm/source-algorithm.js';
import { noteProfile } from './report/profile-summary.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { openContest } from './stage/contest.js';
import { type Google, type GoogleAccount, readList } from './stage/google.js';
import { GOOGLES_TIME, recordGoogle } from './stage/recorded-google/record-google.js';
import { scheduledRound } from './stage/scheduled-round.js';
import { type BenchService } from './stage/service.js';
import { serviceOn } from './stage/service-on.js';

const PAGE_SIZE = 1_000;

/** An account of usual size, and the largest that Google allows. */
const SIZES = [1_000, 25_000];
/** The kernel counts processor time in hundredths of a second, so it takes many. */
const SYNCS = 200;
const COUNTED = 5;

const ACCOUNTS = 500;
const CONTACTS_EACH = 20;
/** As many as one process syncs side by side unless SYNC_CONCURRENCY says otherwise. */
const AT_ONCE = 4;

const SUBJECT = {
  log: 'ours, event log committed',
  answer: 'ours, answered',
  bare: 'the bare trip: the same page, fetched and parsed',
  source: "the source document's algorithm, without its pauses",
  cpu: "ours, the service's processor time for each sync",
  statements: 'ours, statements',
  commits: 'ours, commits',
  read: 'ours, rows read',
  written: 'ours, rows written',
  bytes: 'ours, bytes written to the log of PostgreSQL',
} as const;

const MANY = {
  cpu: "ours, the service's processor time for each of the syncs that the schedule began",
  rate: 'ours, syncs a second when all accounts are due',
  bare: `bare trips a second, ${AT_ONCE} at once`,
} as const;

/** Most syncs: those by schedule, in which nothing has changed. */
export const idle: Benchmark = {
  name: 'idle',
  question: 'What does a sync with nothing to do cost?',
  subjects: [...Object.values(SUBJECT), ...Object.values(MANY), GOOGLES_TIME],
  async run(run) {
    const { sizes } = run.settings;
    const chosen = sizes.filter((size) => SIZES.includes(size));
    for (const size of chosen.length > 0 ? chosen : [Math.min(...sizes)]) {
      await measureAccount(run, size);
      await run.keep();
    }
    await measureMany(run);
  },
};

async function measureAccount(run: BenchmarkRun, size: number): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const setting = settingOf(size, 0);
    const postgres = await stage.postgres();
    const contest = await openContest(run, size, 0, later);
    const { google, account, accountId, client, database, service, source } = contest;
    progress(`${setting}: first syncs`);
    await service.sync('full', accountId);
    let sourceToken = await source.fill(client);
    await database.query('vacuum analyze');

    let syncToken = '';
    const recall = async (): Promise<void> => {
      syncToken = await database.syncToken(accountId);
      await google.recall(account, { pageSize: PAGE_SIZE, syncToken });
    };
    const sync = async () => {
      const times = await service.sync('incremental', accountId);
      if (times.statistics.total_fetched !== 0) throw new Error('A sync with nothing to do found something');
      return times;
    };
    const syncs = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += 1) {
        await recall();
        await sync();
      }
    };
    const contestants = [
      {
        name: SUBJECT.answer,
        async run() {
          const times = await sync();
          return () => {
            recorder.add(setting, SUBJECT.log, 'ms', times.logCommitted);
            recorder.add(setting, SUBJECT.answer, 'ms', times.readModelCaughtUp ?? Number.NaN);
          };
        },
      },
      timed(run, setting, SUBJECT.bare, () => readList(client, { pageSize: PAGE_SIZE, syncToken })),
      timed(run, setting, SUBJECT.source, async () => {
        sourceToken = await source.sync(client, { pauses: false, syncToken: sourceToken });
      }),
    ];
    const often = settings.smoke
      ? settings
      : { repetitions: settings.repetitions * 10, warmUps: settings.warmUps * 10 };
    const beforeRound = async (): Promise<void> => {
      await recall();
      await google.recall(account, { ...SOURCE_LIST, syncToken: sourceToken });
    };
    progress(`${setting}: ${often.repetitions} repetitions`);
    await google.counted(account);
    await interleave(contestants, { ...often, beforeRound }, () => undefined);

    const count = settings.smoke ? 5 : SYNCS;
    for (let repetition = 0; repetition < settings.repetitions; repetition += 1) {
      progress(`${setting}: processor time over ${count} syncs`);
      recordCpu(run, setting, SUBJECT.cpu, await cpuFor(service, count, () => syncs(count)));
    }
    for (let counted = 0; counted < COUNTED; counted += 1) {
      await recall();
      const work = await postgres.work(database, async () => {
        await sync();
      });
      recorder.add(setting, SUBJECT.statements, 'statements', work.statements);
      recorder.add(setting, SUBJECT.commits, 'commits', work.commits);
      recorder.add(setting, SUBJECT.read, 'rows', work.rowsRead);
      recorder.add(setting, SUBJECT.written, 'rows', work.rowsWritten);
      recorder.add(setting, SUBJECT.bytes, 'bytes', work.bytes);
    }
    recordGoogle(recorder, setting, await google.counted(account));
    const file = await service.profiled('idle', () => syncs(count));
    noteProfile(recorder, setting, `over ${count} syncs`, file);

    const at = (subject: string) => ({ setting, subject });
    recorder.difference('ours, event log committed, above the bare trip', at(SUBJECT.log), at(SUBJECT.bare));
    recorder.difference('ours, answered, above the bare trip', at(SUBJECT.answer), at(SUBJECT.bare), {
      atMost: 8,
    });
    recorder.ratio(
      "the source document's algorithm / ours, answered",
      at(SUBJECT.source),
      at(SUBJECT.answer),
    );
    recorder.figure(at(SUBJECT.cpu), { atMost: 2.5 });
    recorder.figure(at(SUBJECT.statements), { atMost: 5 });
    recorder.figure(at(SUBJECT.commits), { atMost: 2 });
  });
}

/** An account of many, and how Google is asked about it without the service. */
interface OneOfMany {
  readonly account: GoogleAccount;
  readonly accountId: string;
  readonly client: people_v1.People;
  /** Of the page in memory. */
  syncToken: string;
}

async function measureMany(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const count = settings.smoke ? 5 : ACCOUNTS;
    const setting = `${short(count)} accounts of ${CONTACTS_EACH} contacts`;
    const google = await stage.google();
    const database = await stage.database();
    const service = await serviceOn(run, database, later);
    progress(`${setting}: first syncs`);
    const accounts: OneOfMany[] = [];
    for (let made = 0; made < count; made += 1) {
      const account = await google.createAccount(CONTACTS_EACH);
      const accountId = await database.connectAccount(account);
      await service.sync('full', accountId);
      accounts.push({ account, accountId, client: google.client(account), syncToken: '' });
    }
    // By their own interval, because no other is set; they are connected for longer than that.
    await database.query(
      `update accounts set sync_interval_ms = 3600000, connected_at = now() - make_interval(days => 1)`,
    );
    await database.query('vacuum analyze');

    const contestants = [
      {
        name: MANY.rate,
        async run() {
          let seconds = 0;
          const cpuMs = await cpuFor(service, count, async () => {
            seconds = await scheduledRound(database, count);
          });
          return () => {
            recorder.add(setting, MANY.rate, 'syncs/s', count / seconds);
            recordCpu(run, setting, MANY.cpu, cpuMs);
          };
        },
      },
      {
        name: MANY.bare,
        async run() {
          const start = performance.now();
          await bareRound(accounts);
          const seconds = (performance.now() - start) / 1_000;
          return () => {
            recorder.add(setting, MANY.bare, 'trips/s', count / seconds);
          };
        },
      },
    ];
    const beforeRound = (): Promise<void> => recallAll(google, database, accounts);
    // So that each client has its access token.
    await beforeRound();
    await bareRound(accounts);
    const all = accounts.map(({ account }) => account);
    await google.counted(...all);
    await interleave(contestants, { ...settings, beforeRound }, (what) => {
      progress(`${setting}: ${what}`);
    });
    recordGoogle(recorder, setting, await google.counted(...all));
    await beforeRound();
    const file = await service.profiled('idle-schedule', () => scheduledRound(database, count));
    noteProfile(recorder, setting, 'all due by schedule', file);
    recorder.figure({ setting, subject: MANY.cpu }, { atMost: 2.5 });
    recorder.ratio(
      'ours, syncs a second / bare trips a second',
      { setting, subject: MANY.rate },
      { setting, subject: MANY.bare },
      { atLeast: 0.6 },
    );
  });
}

/** Asks for the page of each account, as many at once as the service does. */
async function bareRound(accounts: readonly OneOfMany[]): Promise<void> {
  const left = accounts.values();
  const work = async (): Promise<void> => {
    for (const { client, syncToken } of left) await readList(client, { pageSize: PAGE_SIZE, syncToken });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function recallAll(
  google: Google,
  database: BenchDatabase,
  accounts: readonly OneOfMany[],
): Promise<void> {
  for (const one of accounts) {
    one.syncToken = await database.syncToken(one.accountId);
    await google.recall(one.account, { pageSize: PAGE_SIZE, syncToken: one.syncToken });
  }
}

function timed({ recorder }: BenchmarkRun, setting: string, subject: string, work: () => Promise<unknown>) {
  return {
    name: subject,
    async run() {
      const start = performance.now();
      await work();
      const took = performance.now() - start;
      return () => {
        recorder.add(setting, subject, 'ms', took);
      };
    },
  };
}

/** @returns the service's processor time for one of the syncs; null where the system does not say */
async function cpuFor(
  service: BenchService,
  syncs: number,
  work: () => Promise<unknown>,
): Promise<number | null> {
  const before = service.cpuMs();
  await work();
  return before === null ? null : ((service.cpuMs() ?? 0) - before) / syncs;
}

function recordCpu({ recorder }: BenchmarkRun, setting: string, subject: string, ms: number | null): void {
  if (ms === null) recorder.note('This system does not say how much processor time a process had.');
  else recorder.add(setting, subject, 'ms', ms);
}
