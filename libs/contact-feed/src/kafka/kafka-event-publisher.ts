import {
  CompressionTypes,
  type Kafka,
  type Message,
  Partitioners,
  type Producer,
  type RecordMetadata,
} from 'kafkajs';

import { type ContactMessage } from '#contact-events';

import { errorForLog } from '../error-for-log.js';
import { type FeedLogger } from '../outage.js';
import {
  type Acknowledgement,
  type EventPublisher,
  PublicationTooLarge,
  type TopicMessages,
} from '../relay/event-publisher.js';
import { CONNECTION_TIMEOUT_MS, kafkaClient, REQUEST_TIMEOUT_MS } from './kafka-client.js';
import { type KafkaSettings } from './kafka-settings.js';
import { KafkaTopics } from './kafka-topics.js';

/**
 * An idempotent kafkajs producer.
 *
 * After a timeout or a lost connection the same producer sends the same messages again, so that the broker recognises
 * them by their sequence numbers; any other error ends the producer's session, and a new one takes its place.
 */
export class KafkaEventPublisher implements EventPublisher {
  /** A look at the metadata, a connection and a request, each with its own timeout. */
  readonly longestSendMs = 2 * REQUEST_TIMEOUT_MS + CONNECTION_TIMEOUT_MS;
  private readonly kafka: Kafka;
  private readonly topics: KafkaTopics;
  private readonly partitions = new WeakMap<Message, number>();
  private producer: Producer | null = null;
  private closed = false;

  constructor(
    settings: KafkaSettings,
    private readonly log: FeedLogger,
  ) {
    this.kafka = kafkaClient(settings, log);
    this.topics = new KafkaTopics(this.kafka, settings, log);
  }

  async publish(batches: readonly TopicMessages[]): Promise<Acknowledgement[]> {
    const sent = batches.map(({ topic, messages }) => ({
      topic,
      messages: messages.map((message) => ({ original: message, message: kafkaMessage(message) })),
    }));
    try {
      return await withDeadline(this.longestSendMs, async () => {
        const producer = await this.connected();
        const metadata = await producer.sendBatch({
          acks: ALL_REPLICAS,
          compression: CompressionTypes.GZIP,
          topicMessages: sent.map(({ topic, messages }) => ({
            topic,
            messages: messages.map(({ message }) => message),
          })),
        });
        return sent.flatMap(({ topic, messages }) => this.acknowledged(topic, messages, metadata));
      });
    } catch (error) {
      if (!isPassing(error)) await this.discard();
      const { code } = errorForLog(error);
      if (code === 'UNKNOWN_TOPIC_OR_PARTITION') this.topics.forget();
      if (code !== null && TOO_LARGE.has(code)) throw new PublicationTooLarge(code, { cause: error });
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.discard();
  }

  private async connected(): Promise<Producer> {
    if (this.isClosed()) throw new Error('The publisher is closed');
    if (this.producer !== null) return this.producer;
    await this.topics.ensure();
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // The caller owns the retries, because it checks its lease before each. kafkajs refuses an idempotent producer
      // with fewer than one retry; not-a-number passes that check, and no count of retries is below it.
      retry: { retries: Number.NaN },
      createPartitioner: () => this.rememberingPartitioner(),
    });
    await producer.connect();
    this.producer = producer;
    // Closed while it was connecting: nobody else would end it.
    if (this.isClosed()) await this.discard();
    return producer;
  }

  private rememberingPartitioner(): ReturnType<typeof Partitioners.DefaultPartitioner> {
    const choose = Partitioners.DefaultPartitioner();
    return (input) => {
      const partition = choose(input);
      this.partitions.set(input.message, partition);
      return partition;
    };
  }

  /** The broker tells the first offset of each partition's messages; the last follows from their number. */
  private acknowledged(
    topic: string,
    messages: readonly { readonly original: ContactMessage; readonly message: Message }[],
    metadata: readonly RecordMetadata[],
  ): Acknowledgement[] {
    const placed = Map.groupBy(messages, ({ message }) => this.partitions.get(message));
    return [...placed].map(([partition, group]) => {
      const base = metadata.find((entry) => entry.topicName === topic && entry.partition === partition);
      const last = group.at(-1);
      if (partition === undefined || base?.baseOffset === undefined || last === undefined) {
        throw new Error(`Kafka acknowledged no offset for ${topic}, partition ${String(partition)}`);
      }
      const offset = BigInt(base.baseOffset) + BigInt(group.length - 1);
      return { topic, partition, offset, message: last.original };
    });
  }

  private isClosed(): boolean {
    return this.closed;
  }

  private async discard(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    try {
      await producer?.disconnect();
    } catch (error) {
      this.log.debug({ err: errorForLog(error) }, 'a Kafka producer did not disconnect');
    }
  }
}

const ALL_REPLICAS = -1;
const TOO_LARGE: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

function kafkaMessage({ key, value, headers }: ContactMessage): Message {
  return { key, value, headers: { ...headers } };
}

/** kafkajs wraps what it holds for passing, such as timeouts, once it has no retry left. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded';
}

async function withDeadline<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`Kafka did not answer within ${milliseconds} ms`));
  }, milliseconds);
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
