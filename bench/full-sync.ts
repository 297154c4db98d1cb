import { type Benchmark, type BenchmarkRun, settingOf, totals } from './benchmark.js';
import { noteProfile } from './report/profile-summary.js';
import { allSettled } from './harness/all-settled.js';
import { type Contestant, interleave } from './harness/interleave.js';
import { type Later, withCleanup } from './harness/with-cleanup.js';
import { Recorder } from './harness/recorder.js';
import { prepareFloor, runFloor } from './peers/floor/floor.js';
import { SOURCE_LIST, SourceAlgorithm } from './peers/source-algorithm/source-algorithm.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { type GoogleAccount, readList } from './stage/google.js';
import { GOOGLES_TIME, recordGoogle } from './stage/recorded-google/record-google.js';
import { type BenchService } from './stage/service.js';
import { serviceOn, type ServiceOnOptions } from './stage/service-on.js';
import { topicPrefix } from './stage/topic-prefix.js';

const PAGE_SIZE = 1_000;

/** Enough to warm every contestant up; also the slowest syncs it in seconds. */
const WARM_UP_SIZE = 1_000;

const SUBJECT = {
  log: 'ours, event log committed (roles api and scheduler)',
  wholeLog: 'ours, event log committed while the read model follows',
  readModel: 'ours, read model caught up, without Kafka',
  kafka: 'ours, read model caught up, with Kafka',
  cpu: "ours, the service's processor time until the event log is committed",
  source: "the source document's algorithm, without its pauses",
  sourcePauses: "the source document's algorithm, with its pauses",
  fetch: 'fetching and parsing alone',
  floor: 'the floor: fetching, parsing, COPY',
} as const;

/** On default settings there are no others. */
const IN_ONE_PROCESS = [
  SUBJECT.wholeLog,
  SUBJECT.readModel,
  SUBJECT.source,
  SUBJECT.sourcePauses,
  SUBJECT.fetch,
  SUBJECT.floor,
];

export const fullSync: Benchmark = {
  name: 'full',
  question: 'How long is a first full sync?',
  subjects: [SUBJECT.log, ...IN_ONE_PROCESS, GOOGLES_TIME],
  withKafka: [SUBJECT.kafka],
  onDefaults: IN_ONE_PROCESS,
  async run(run) {
    const { settings, recorder, keep } = run;
    for (const others of totals(settings)) {
      await withCleanup(async (later) => {
        const measure = await openCell(run, others, later);
        for (let warmUp = 0; warmUp < settings.warmUps; warmUp += 1) {
          await measure(WARM_UP_SIZE, new Recorder('warm-up'), 1);
        }
        for (const size of settings.sizes) {
          await measure(size, recorder, settings.repetitions);
          await keep();
        }
      });
    }
  },
};

/** The contestants, on databases that hold the same contacts of others. */
async function openCell(run: BenchmarkRun, others: number, later: Later) {
  const { stage, settings, progress } = run;
  const google = await stage.google();
  const postgres = await stage.postgres();
  const brokers = await stage.kafka();

  const ours = async (options: ServiceOnOptions) => {
    const database = await stage.database(others);
    return { database, service: await serviceOn(run, database, later, options) };
  };
  const [split, whole, kafka] = await allSettled([
    stage.hasDefaults ? null : ours({ roles: 'api,scheduler' }),
    ours({}),
    brokers === null ? null : ours({ kafka: { brokers, topicPrefix: topicPrefix() } }),
  ] as const);
  if (kafka !== null) {
    const [last] = await kafka.database.query<{ position: string | null }>(
      'select max(position)::text as position from events',
    );
    if (others > 0) progress(`letting ${others} others pass through Kafka`);
    await kafka.service.holds(last?.position ?? null);
  }
  const log = split ?? whole;
  const committed = split === null ? SUBJECT.wholeLog : SUBJECT.log;
  // Where nobody follows the log.
  const floorDatabase = split?.database ?? (await stage.database(others));
  if (split === null) later(() => floorDatabase.drop());
  const sourceDatabase = await stage.emptyDatabase();
  later(() => sourceDatabase.drop());
  const source = await SourceAlgorithm.open(sourceDatabase);
  later(() => source.close());
  if (others > 0) await source.fillOthers(others);

  const measure = async (size: number, recorder: Recorder, repetitions: number): Promise<void> => {
    const setting = settingOf(size, others);
    const account = await google.createAccount(size);
    const client = google.client(account);
    for (const list of [{ pageSize: PAGE_SIZE }, SOURCE_LIST]) await google.recall(account, list);
    await readList(client, { pageSize: PAGE_SIZE });

    const ofService = (
      name: string,
      on: { database: BenchDatabase; service: BenchService },
      record: (times: Awaited<ReturnType<BenchService['sync']>>, cpuMs: number | null) => void,
    ): Contestant => {
      let accountId = '';
      return {
        name,
        async run() {
          accountId = await on.database.connectAccount(account);
          await postgres.checkpoint();
          const cpu = on.service.cpuMs();
          const times = await on.service.sync('full', accountId);
          expectCount(times.statistics.created, size);
          const spent = cpu === null ? null : (on.service.cpuMs() ?? 0) - cpu;
          return () => {
            record(times, spent);
          };
        },
        restore: () => on.database.forget([accountId], others > 0),
      };
    };
    const seconds = (subject: string, milliseconds: number | null): void => {
      if (milliseconds !== null) recorder.add(setting, subject, 's', milliseconds / 1_000);
    };
    const timed = (
      subject: string,
      work: () => Promise<unknown>,
      more: Partial<Contestant> = {},
    ): Contestant => ({
      name: subject,
      async run() {
        await postgres.checkpoint();
        const start = performance.now();
        await work();
        const took = performance.now() - start;
        return () => {
          seconds(subject, took);
        };
      },
      ...more,
    });

    const floorId = await reference(log.database, log.service, account);
    const prepared = await prepareFloor(log.database, floorId, Math.ceil(size / PAGE_SIZE));
    await log.database.forget([floorId], others > 0);
    // Those that are compared stand side by side.
    const contestants: Contestant[] = [
      ...(kafka === null
        ? []
        : [
            ofService(SUBJECT.kafka, kafka, (times) => {
              seconds(SUBJECT.kafka, times.readModelCaughtUp);
            }),
          ]),
      ofService(SUBJECT.readModel, whole, (times) => {
        seconds(SUBJECT.wholeLog, times.logCommitted);
        seconds(SUBJECT.readModel, times.readModelCaughtUp);
      }),
      ...(split === null
        ? []
        : [
            ofService(SUBJECT.log, split, (times, cpuMs) => {
              seconds(SUBJECT.log, times.logCommitted);
              seconds(SUBJECT.cpu, cpuMs);
            }),
          ]),
      timed(SUBJECT.floor, () => runFloor(client, PAGE_SIZE, floorDatabase, prepared), {
        restore: () => floorDatabase.forget([floorId], others > 0),
      }),
      timed(SUBJECT.fetch, () => readList(client, { pageSize: PAGE_SIZE })),
      timed(SUBJECT.source, () => source.sync(client, { pauses: false }), {
        restore: () => source.forget(others > 0),
      }),
      timed(SUBJECT.sourcePauses, () => source.sync(client, { pauses: true }), {
        restore: () => source.forget(others > 0),
        mostRepetitions: 1,
      }),
    ];
    await google.counted(account);
    await interleave(contestants, { repetitions, warmUps: 0 }, (what) => {
      progress(`${setting}: ${what}`);
    });
    recordGoogle(recorder, setting, await google.counted(account));
    if (settings.profile && recorder === run.recorder)
      await profile(log.service, log.database, account, recorder, setting, others);

    const at = (subject: string) => ({ setting, subject });
    const compare = (what: string, over: string, under: string, most?: number): void => {
      recorder.ratio(what, at(over), at(under), most === undefined ? null : { atMost: most });
    };
    compare('ours, event log committed / the floor', committed, SUBJECT.floor, 1.5);
    compare('ours, read model caught up / event log committed', SUBJECT.readModel, committed, 1.3);
    compare('ours, read model caught up, with Kafka / event log committed', SUBJECT.kafka, committed, 1.8);
    const theirs = "the source document's algorithm";
    compare(`${theirs} / ours, event log committed`, SUBJECT.source, committed);
    compare(`${theirs} / ours, read model caught up`, SUBJECT.source, SUBJECT.readModel);
    compare(`${theirs} / ours, read model caught up, with Kafka`, SUBJECT.source, SUBJECT.kafka);
    compare(`${theirs} with its pauses / ours, event log committed`, SUBJECT.sourcePauses, committed);
  };

  return measure;
}

/** A first sync; the floor stores its rows again. */
async function reference(
  database: BenchDatabase,
  service: BenchService,
  account: GoogleAccount,
): Promise<string> {
  const accountId = await database.connectAccount(account);
  await service.sync('full', accountId);
  return accountId;
}

async function profile(
  service: BenchService,
  database: BenchDatabase,
  account: GoogleAccount,
  recorder: Recorder,
  setting: string,
  others: number,
): Promise<void> {
  const accountId = await database.connectAccount(account);
  const file = await service.profiled('full-sync', () => service.sync('full', accountId));
  noteProfile(recorder, setting, 'until the event log is committed', file);
  await database.forget([accountId], others > 0);
}

function expectCount(found: number | undefined, expected: number): void {
  if (found !== expected) throw new Error(`A sync created ${String(found)} contacts, not ${expected}`);
}
