import { type ContactMessage, toKafkaMessage, topicNames } from '#contact-events';
import { isWhole, readLog } from '#event-store';
import { connectDatabase } from '#platform';
import { syncEntities } from '#sync';

import { type Benchmark, type BenchmarkRun, settingOf } from './benchmark.js';
import { withCleanup } from './harness/with-cleanup.js';
import { noteProfile } from './report/profile-summary.js';
import { interleave } from './harness/interleave.js';
import { BareProducer } from './peers/bare-producer/bare-producer.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { serviceOn } from './stage/service-on.js';
import { TopicEnds } from './stage/topic-ends.js';
import { topicPrefix } from './stage/topic-prefix.js';

/** Enough to measure a rate. */
const MOST_EVENTS = 25_000;
const SUBJECT = {
  ours: 'ours, events of a committed log on both topics',
  platformatic: 'ours with KAFKA_PUBLISHER=platformatic',
  bare: 'a bare kafkajs producer, the same messages on two topics',
} as const;

export const relay: Benchmark = {
  name: 'relay',
  question: 'How fast does the log get to Kafka?',
  subjects: [],
  withKafka: Object.values(SUBJECT),
  onDefaults: [],
  async run(run) {
    const brokers = await run.stage.kafka();
    if (brokers === null) {
      run.recorder.note('This machine can run no Kafka, so nothing was measured.');
      return;
    }
    await measure(run, brokers);
  },
};

async function measure(run: BenchmarkRun, brokers: string): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const events = Math.min(Math.max(...settings.sizes), MOST_EVENTS);
    const setting = settingOf(events, 0);
    const ends = await TopicEnds.connect(brokers.split(','));
    later(() => ends.close());
    const relayOf = async (publisher: 'kafkajs' | 'platformatic') => {
      const copies = await stage.logCopies(events);
      const { database } = copies;
      const prefix = topicPrefix();
      const names = topicNames(prefix);
      const service = await serviceOn(run, database, later, {
        roles: 'api,relay',
        kafka: { brokers, topicPrefix: prefix, publisher },
      });
      const relayed = async (): Promise<number> => {
        const before = { events: await ends.of(names.events), state: await ends.of(names.state) };
        const { committedAt, position } = await copies.append();
        await ends.reach(names.events, before.events + events);
        await ends.reach(names.state, before.state + events);
        const took = performance.now() - committedAt;
        // So that whoever is next has the processors to itself.
        if (service.projects) await service.holds(position);
        return took;
      };
      return { database, service, relayed };
    };
    const { database, service, relayed } = await relayOf('kafkajs');
    const platformatic = await relayOf('platformatic');
    const bareTopics = topicNames(topicPrefix());
    const bare = await BareProducer.connect(brokers.split(','), {
      events: bareTopics.events,
      state: bareTopics.state,
    });
    later(() => bare.close());
    progress(`${setting}: the messages`);
    await relayed();
    const messages = await messagesOf(database, events);
    const rate = (subject: string, work: () => Promise<number>) => ({
      name: subject,
      async run() {
        const took = await work();
        return () => {
          recorder.add(setting, subject, 'events/s', events / (took / 1_000));
        };
      },
    });
    await interleave(
      [
        rate(SUBJECT.ours, relayed),
        rate(SUBJECT.platformatic, platformatic.relayed),
        rate(SUBJECT.bare, async () => {
          const start = performance.now();
          await bare.send(messages);
          return performance.now() - start;
        }),
      ],
      settings,
      (what) => {
        progress(`${setting}: ${what}`);
      },
    );
    const file = await service.profiled('relay', relayed);
    noteProfile(recorder, setting, 'from the log to both topics', file);
    const at = (subject: string) => ({ setting, subject });
    recorder.ratio('ours / a bare producer', at(SUBJECT.ours), at(SUBJECT.bare), { atLeast: 0.69 });
    recorder.ratio(`${SUBJECT.platformatic} / a bare producer`, at(SUBJECT.platformatic), at(SUBJECT.bare), {
      atLeast: 0.9,
    });
  });
}

/** As the service sends them. */
async function messagesOf(database: BenchDatabase, limit: number): Promise<ContactMessage[]> {
  const orm = await connectDatabase(database.url, { entities: syncEntities, migrations: [] });
  try {
    const events = await readLog(orm.em.fork(), { limit });
    return events
      .filter(isWhole)
      .map((event) => toKafkaMessage({ ...event, contactId: event.streamId }, 'http://127.0.0.1:3000'));
  } finally {
    await orm.close();
  }
}
