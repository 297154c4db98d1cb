import { type Benchmark, type BenchmarkRun, settingOf } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { noteProfile } from './report/profile-summary.js';
import { type Contestant, interleave } from './harness/interleave.js';
import { copyIn, copyOut } from './peers/floor/copy.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { type BenchService } from './stage/service.js';
import { serviceOn } from './stage/service-on.js';
import { topicPrefix } from './stage/topic-prefix.js';

/** Enough to measure a rate. */
const MOST_EVENTS = 25_000;

const SUBJECT = {
  ours: 'ours, from the committed log to rows',
  kafka: 'ours, from the committed log through Kafka to rows',
  copy: 'COPY of the same rows into a table with the same indexes',
} as const;

export const projection: Benchmark = {
  name: 'projection',
  question: 'How fast do events become rows?',
  subjects: [SUBJECT.ours, SUBJECT.copy],
  withKafka: [SUBJECT.kafka],
  onDefaults: [SUBJECT.ours, SUBJECT.copy],
  run: measure,
};

async function measure(run: BenchmarkRun): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const brokers = await stage.kafka();
    const events = Math.min(Math.max(...settings.sizes), MOST_EVENTS);
    const setting = settingOf(events, 0);

    const rate = (
      subject: string,
      work: () => Promise<number>,
      restore: () => Promise<unknown>,
    ): Contestant => ({
      name: subject,
      async run() {
        const took = await work();
        return () => {
          recorder.add(setting, subject, 'rows/s', events / (took / 1_000));
        };
      },
      restore: async () => {
        await restore();
      },
    });
    const projected = async (
      kafka: { brokers: string; topicPrefix: string } | null,
    ): Promise<{ database: BenchDatabase; service: BenchService; work: () => Promise<number> }> => {
      const copies = await stage.logCopies(events);
      const { database } = copies;
      const service = await serviceOn(run, database, later, {
        roles: 'api,relay,projector',
        ...(kafka === null ? {} : { kafka }),
      });
      const work = async (): Promise<number> => {
        const { committedAt, position } = await copies.append();
        await service.holds(position);
        return performance.now() - committedAt;
      };
      return { database, service, work };
    };
    const log = await projected(null);
    progress(`${setting}: the rows`);
    await log.work();
    const rows = await copyOut(log.database.connection, 'select * from contacts');
    await log.database.query('create table bench_contacts (like contacts including all)');
    await log.database.query('truncate contacts');
    const contestants = [
      rate(SUBJECT.ours, log.work, () => log.database.query('truncate contacts')),
      rate(
        SUBJECT.copy,
        async () => {
          const start = performance.now();
          await copyIn(log.database.connection, 'bench_contacts', rows);
          return performance.now() - start;
        },
        () => log.database.query('truncate bench_contacts'),
      ),
    ];
    if (brokers !== null) {
      const kafka = await projected({ brokers, topicPrefix: topicPrefix() });
      contestants.push(rate(SUBJECT.kafka, kafka.work, () => kafka.database.query('truncate contacts')));
    }
    await interleave(contestants, settings, (what) => {
      progress(`${setting}: ${what}`);
    });
    const file = await log.service.profiled('projection', log.work);
    noteProfile(recorder, setting, 'from the log to rows', file);
    const at = (subject: string) => ({ setting, subject });
    recorder.ratio('ours / COPY', at(SUBJECT.ours), at(SUBJECT.copy), { atLeast: 0.5 });
    recorder.ratio('ours through Kafka / COPY', at(SUBJECT.kafka), at(SUBJECT.copy));
  });
}
