import { randomUUID } from 'node:crypto';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type EventPublisher, Relay, RelayGauge, type RelayOptions } from '#publishing';
import { type WorkLog } from '#platform';
import { KafkaEventPublisher, type KafkaSettings } from '#kafka';
import { topicNames } from '#contact-events';
import {
  type Admin,
  CompressionTypes,
  type ITopicConfig,
  Kafka,
  type KafkaMessage,
  logLevel,
  type Message,
  Partitioners,
} from 'kafkajs';

import { type LogDatabase } from './contact-feed-log.js';
import { silentLog } from './contact-feed-recording-log.js';
import { testBrokers } from './kafka.js';
import { waitFor } from './wait-for.js';

/** Topics and a group of their own. */
export function kafkaSettings(partitions = 3): KafkaSettings {
  return { brokers: testBrokers(), topicPrefix: `test-${randomUUID().slice(0, 8)}.`, partitions };
}

/** What tells a service of them. */
export function kafkaEnvironment({
  brokers,
  topicPrefix,
  partitions,
}: KafkaSettings): Record<string, string> {
  return {
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_PARTITIONS: String(partitions),
  };
}

/** A kafkajs client of the test's own, as a consumer outside the service has one. */
export function outsideClient(brokers: readonly string[] = testBrokers()): Kafka {
  return new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
}

/** Work on the brokers that needs an admin, who is connected for as long as it takes. */
export async function asAdmin<T>(
  work: (admin: Admin) => Promise<T>,
  brokers: readonly string[] = testBrokers(),
): Promise<T> {
  const admin = outsideClient(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** And waits until they can be used: kafkajs's own wait gives up at the first broker that has not heard of one yet. */
export async function createTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics: [...topics] });
  for (const { topic } of topics) {
    await waitFor(() => admin.fetchTopicOffsets(topic), { what: `the topic ${topic} to be there` });
  }
}

/** Until the broker, too, knows them no more, which it is told later: it would go on to show what was in them. */
export async function deleteTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  await admin.deleteTopics({ topics: [...topics] });
  await waitFor(async () => !(await admin.listTopics()).some((topic) => topics.includes(topic)), {
    what: `the topics ${topics.join(', ')} to be gone`,
  });
}

/** Sends records as somebody else might. */
export async function produce(
  topic: string,
  messages: readonly Message[],
  brokers?: readonly string[],
): Promise<void> {
  const producer = outsideClient(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (let start = 0; start < messages.length; start += 100) {
    await producer.send({
      topic,
      messages: messages.slice(start, start + 100),
      compression: CompressionTypes.GZIP,
    });
  }
  await producer.disconnect();
}

/** Waits until the events topic holds the log up to a position. */
export async function relayed(
  em: SqlEntityManager,
  topic: string,
  position: bigint,
  // Backoffs of a dozen partitions one after the other, on a machine that has other things to do.
  timeoutMs = 50_000,
): Promise<void> {
  const gauge = new RelayGauge(em, topic);
  await waitFor(async () => (await gauge.position()) >= position, {
    what: `position ${position} to be relayed`,
    timeoutMs,
  });
}

export interface RelayParts {
  readonly publisher?: EventPublisher;
  readonly options?: Partial<RelayOptions>;
  readonly log?: WorkLog;
}

export function startRelay(
  { em, notifications }: LogDatabase,
  settings: KafkaSettings,
  parts: RelayParts = {},
): Relay {
  const log = parts.log ?? silentLog;
  const relay = new Relay(
    em,
    parts.publisher ?? new KafkaEventPublisher(settings, log),
    notifications,
    {
      owner: 'test',
      topics: topicNames(settings.topicPrefix),
      publicUrl: 'https://contacts.example',
      standbyPollMs: 50,
      ...parts.options,
    },
    log,
  );
  relay.start();
  return relay;
}

export interface TopicRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything that a topic holds now, by partition and offset. */
export async function readTopic(topic: string, brokers?: readonly string[]): Promise<TopicRecord[]> {
  const kafka = outsideClient(brokers);
  const admin = kafka.admin();
  await admin.connect();
  const ends = (await admin.fetchTopicOffsets(topic)).map(
    ({ partition, high }) => [partition, BigInt(high)] as const,
  );
  await admin.disconnect();
  const missing = new Map(ends.filter(([, high]) => high > 0n));
  const records: TopicRecord[] = [];
  if (missing.size === 0) return records;
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, maxWaitTimeInMs: 100 });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ partition, message }) => {
      records.push(topicRecord(partition, message));
      if (BigInt(message.offset) + 1n >= (missing.get(partition) ?? 0n)) missing.delete(partition);
      if (missing.size === 0) resolve(undefined);
      return Promise.resolve();
    },
  });
  await promise;
  await consumer.disconnect();
  return records.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
}

function topicRecord(partition: number, message: KafkaMessage): TopicRecord {
  return {
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString() ?? null,
    value: message.value?.toString() ?? null,
    headers: Object.fromEntries(
      Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
    ),
  };
}
