import { type ContactMessage } from '#contact-events';
import { errorForLog, type WorkLog } from '#platform';
import {
  type Acknowledgement,
  type EventPublisher,
  type PartitionEnd,
  type PartitionRange,
  PublicationRefused,
  type PublishedRecord,
  type TopicMessages,
  TopicMissing,
} from '#publishing';
import {
  Admin,
  type BaseOptions,
  compatibilityPartitioner,
  Consumer,
  findErrorBy,
  Producer,
  type SASLOptions,
  stringSerializers,
} from '@platformatic/kafka';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';

import { kafkaAdvice } from '../client/kafka-advice.js';
import { CONNECTION_TIMEOUT_MS, kafkaClient, REQUEST_TIMEOUT_MS } from '../client/kafka-client.js';
import { type KafkaSettings } from '../client/kafka-settings.js';
import { REFUSALS } from '../client/refusals.js';
import { KafkaTopics, type WantedTopic } from '../topics/kafka-topics.js';
import { acknowledgements } from './acknowledgements.js';
import { readRange } from './platformatic-read-range.js';
import { UntilClosed } from './until-closed.js';

type TextProducer = Producer<string, string, string, string>;

/**
 * An idempotent producer of @platformatic/kafka.
 *
 * It numbers its messages anew after any failure, so the broker recognises no repetition. What arrives only after the
 * caller has looked for it is there twice; ids tell (docs/adr/0015-at-least-once-with-deterministic-ids.md). Topics are
 * made over kafkajs, as for its own publisher.
 */
export class PlatformaticEventPublisher implements EventPublisher {
  readonly advice = kafkaAdvice;
  /** A look at the metadata, a connection and a request, each with its own timeout. */
  readonly longestSendMs = 2 * REQUEST_TIMEOUT_MS + CONNECTION_TIMEOUT_MS;
  private readonly options: BaseOptions;
  private readonly topics: KafkaTopics;
  private readonly admin: Admin;
  private producer: TextProducer | null = null;
  private readonly open = new UntilClosed();

  /** @param topics to be made where they are missing; left out: those for contacts */
  constructor(
    settings: KafkaSettings,
    private readonly log: WorkLog,
    topics?: readonly WantedTopic[],
  ) {
    this.options = clientOptions(settings);
    this.topics = new KafkaTopics(kafkaClient(settings, log), settings, log, topics);
    this.admin = new Admin(this.options);
  }

  /** Never: the next producer has another id. */
  isRecognised(): boolean {
    return false;
  }

  async publish(batches: readonly TopicMessages[]): Promise<Acknowledgement[]> {
    try {
      return await this.open.within(this.longestSendMs, async () => {
        const producer = await this.opened();
        const { topics } = await producer.metadata({ topics: batches.map(({ topic }) => topic) });
        const placed = batches.map(({ topic, messages }) => ({
          topic,
          messages: messages.map((message) => ({
            message,
            partition: partitionOf(message, topics.get(topic)?.partitionsCount),
          })),
        }));
        const { offsets = [] } = await producer.send({
          messages: placed.flatMap(({ topic, messages }) =>
            messages.map(({ message: { key, value, headers }, partition }) => ({
              topic,
              partition,
              key,
              ...(value === null ? {} : { value }),
              headers,
            })),
          ),
        });
        return placed.flatMap(({ topic, messages }) =>
          acknowledgements(
            topic,
            messages.map(({ message, partition }) => ({ position: message.headers.ce_position, partition })),
            (partition) =>
              offsets.find((entry) => entry.topic === topic && entry.partition === partition)?.offset,
          ),
        );
      });
    } catch (error) {
      await this.discard();
      throw this.understood(error);
    }
  }

  async ends(topics: readonly string[]): Promise<PartitionEnd[]> {
    return this.open.within(LONGEST_LOOK_MS, async () => {
      await this.topics.ensure();
      try {
        return await this.offsets(topics, LATEST);
      } catch (error) {
        this.topics.forget();
        throw error;
      }
    });
  }

  async read(ranges: readonly PartitionRange[], take: (record: PublishedRecord) => void): Promise<void> {
    await this.open.wait(this.readRanges(ranges, take));
  }

  async close(): Promise<void> {
    this.open.close();
    await this.discard();
    await ended(() => this.admin.close(), this.log);
  }

  private async readRanges(
    ranges: readonly PartitionRange[],
    take: (record: PublishedRecord) => void,
  ): Promise<void> {
    const topics = [...new Set(ranges.map(({ topic }) => topic))];
    const firsts = await this.offsets(topics, EARLIEST);
    const metadata = await this.admin.metadata({ topics });
    // Of a consumer only the request is used: it joins no group.
    const consumer = new Consumer({ ...this.options, groupId: 'contactstream-none' });
    try {
      for (const range of ranges) {
        const first = firsts.find((one) => one.topic === range.topic && one.partition === range.partition);
        const from = first !== undefined && first.end > range.from ? first.end : range.from;
        await readRange(consumer, metadata, { ...range, from }, take);
      }
    } finally {
      await ended(() => consumer.close(true), this.log);
    }
  }

  private async offsets(topics: readonly string[], timestamp: bigint): Promise<PartitionEnd[]> {
    const metadata = await this.admin.metadata({ topics: [...topics], forceUpdate: true });
    const listed = await this.admin.listOffsets({
      topics: topics.map((name) => ({
        name,
        partitions: (metadata.topics.get(name)?.partitions ?? []).map((_, partitionIndex) => ({
          partitionIndex,
          timestamp,
        })),
      })),
    });
    return listed.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, offset }) => ({
        topic: name,
        partition: partitionIndex,
        end: offset,
      })),
    );
  }

  /** The errors of the port where it has one, else the client's own. */
  private understood(error: unknown): unknown {
    if (!(error instanceof Error)) return error;
    if (hasCode(error, 'UNKNOWN_TOPIC_OR_PARTITION') || hasCode(error, 'UNKNOWN_TOPIC_ID')) {
      this.topics.forget();
      return new TopicMissing('A topic is missing in Kafka', { cause: error });
    }
    const refused = REFUSALS.find((code) => hasCode(error, code));
    return refused === undefined ? error : new PublicationRefused(refused, { cause: error });
  }

  private async opened(): Promise<TextProducer> {
    if (this.open.isClosed()) throw new Error('The publisher is closed');
    if (this.producer !== null) return this.producer;
    await this.topics.ensure();
    const producer = new Producer<string, string, string, string>({
      ...this.options,
      idempotent: true,
      compression: 'gzip',
      serializers: stringSerializers,
      repeatOnStaleMetadata: false,
      autocreateTopics: false,
    });
    this.producer = producer;
    // Closed while it looked for the topics: nobody else would end it.
    if (this.open.isClosed()) await this.discard();
    await COORDINATOR_LOADING.execute(() => producer.initIdempotentProducer({}));
    return producer;
  }

  private async discard(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    if (producer !== null) await ended(() => producer.close(true), this.log);
  }
}

const LATEST = -1n;
const EARLIEST = -2n;
/** Topics may have to be made, and each broker may have to be found. */
const LONGEST_LOOK_MS = 30_000;
/** A broker that has just started knows of no producers for a moment. */
const COORDINATOR_LOADING = retry(
  handleWhen((error) => error instanceof Error && hasCode(error, 'COORDINATOR_LOAD_IN_PROGRESS')),
  { maxAttempts: 10, backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 }) },
);

function clientOptions({ brokers, ssl, sasl }: KafkaSettings): BaseOptions {
  const options: BaseOptions = {
    clientId: 'contactstream',
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    timeout: REQUEST_TIMEOUT_MS,
    // The caller owns the retries, because it checks its lease before each. An idempotent producer takes a number of
    // 0 or 1 for "for ever", and only false for none.
    retries: false,
  };
  if (ssl === true) Object.assign(options, { tls: {}, tlsServerName: true });
  if (sasl === undefined) return options;
  const mechanism = sasl.mechanism.toUpperCase() as SASLOptions['mechanism'];
  return { ...options, sasl: { ...sasl, mechanism } };
}

/** As Java's client and kafkajs do it. */
function partitionOf({ key }: ContactMessage, partitions: number | undefined): number {
  if (partitions === undefined) throw new Error('Kafka told nothing of a topic');
  const hash = compatibilityPartitioner({ topic: '' }, Buffer.from(key));
  return hash % partitions;
}

function hasCode(error: Error, code: string): boolean {
  return findErrorBy(error, 'apiId', code) !== null;
}

async function ended(close: () => Promise<void>, log: WorkLog): Promise<void> {
  try {
    await close();
  } catch (error) {
    log.debug({ err: errorForLog(error) }, 'a Kafka client did not close');
  }
}
