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
import { CompressionTypes, type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';

import { kafkaAdvice } from '../client/kafka-advice.js';
import { CONNECTION_TIMEOUT_MS, kafkaClient, REQUEST_TIMEOUT_MS } from '../client/kafka-client.js';
import { type KafkaSettings } from '../client/kafka-settings.js';
import { refusal } from '../client/refusals.js';
import { fetchRecords } from '../topics/fetch-records.js';
import { heldOffsets } from '../topics/held-offsets.js';
import { KafkaTopics, type WantedTopic } from '../topics/kafka-topics.js';
import { acknowledgements } from './acknowledgements.js';
import { UntilClosed } from './until-closed.js';

/**
 * An idempotent kafkajs producer.
 *
 * After a timeout or a lost connection the same producer sends the same messages again, so that the broker recognises
 * them by their sequence numbers; any other error ends the producer's session, and a new one takes its place.
 */
export class KafkaEventPublisher implements EventPublisher {
  readonly advice = kafkaAdvice;
  readonly isRecognised = isPassing;
  /** A look at the metadata, a connection and a request, each with its own timeout. */
  readonly longestSendMs = 2 * REQUEST_TIMEOUT_MS + CONNECTION_TIMEOUT_MS;
  private readonly kafka: Kafka;
  private readonly topics: KafkaTopics;
  private readonly partitions = new WeakMap<Message, number>();
  private producer: Producer | null = null;
  private readonly open = new UntilClosed();

  /** @param topics to be made where they are missing; left out: those for contacts */
  constructor(
    settings: KafkaSettings,
    private readonly log: WorkLog,
    topics?: readonly WantedTopic[],
  ) {
    this.kafka = kafkaClient(settings, log);
    this.topics = new KafkaTopics(this.kafka, settings, log, topics);
  }

  async publish(batches: readonly TopicMessages[]): Promise<Acknowledgement[]> {
    const sent = batches.map(({ topic, messages }) => ({
      topic,
      messages: messages.map((message) => ({
        position: message.headers.ce_position,
        message: kafkaMessage(message),
      })),
    }));
    try {
      return await this.open.within(this.longestSendMs, async () => {
        const producer = await this.connected();
        const metadata = await producer.sendBatch({
          acks: ALL_REPLICAS,
          compression: isWorthCompressing(batches) ? CompressionTypes.GZIP : CompressionTypes.None,
          topicMessages: sent.map(({ topic, messages }) => ({
            topic,
            messages: messages.map(({ message }) => message),
          })),
        });
        return sent.flatMap(({ topic, messages }) =>
          acknowledgements(
            topic,
            messages.map(({ position, message }) => ({ position, partition: this.partitions.get(message) })),
            (partition) =>
              metadata.find((entry) => entry.topicName === topic && entry.partition === partition)
                ?.baseOffset,
          ),
        );
      });
    } catch (error) {
      if (!isPassing(error)) await this.discard();
      throw this.understood(error);
    }
  }

  async ends(topics: readonly string[]): Promise<PartitionEnd[]> {
    return this.open.within(LONGEST_LOOK_MS, async () => {
      await this.topics.ensure();
      try {
        const held = await Promise.all(topics.map((topic) => heldOffsets(this.kafka, topic)));
        return held.flatMap((partitions, place) =>
          [...partitions].map(([partition, { end }]) => ({ topic: topics[place] ?? '', partition, end })),
        );
      } catch (error) {
        this.topics.forget();
        throw error;
      }
    });
  }

  async read(ranges: readonly PartitionRange[], take: (record: PublishedRecord) => void): Promise<void> {
    await this.open.wait(fetchRecords(this.kafka, ranges, take));
  }

  async close(): Promise<void> {
    this.open.close();
    await this.discard();
  }

  /** The errors of the port where it has one, else the client's own. */
  private understood(error: unknown): unknown {
    // kafkajs wraps what it holds for passing, once it has no retry left.
    const cause = isPassing(error) ? error.cause : error;
    const { code } = errorForLog(cause);
    if (code === 'UNKNOWN_TOPIC_OR_PARTITION') {
      this.topics.forget();
      return new TopicMissing('A topic is missing in Kafka', { cause: error });
    }
    const refused = refusal(cause);
    return refused === null ? error : new PublicationRefused(refused, { cause: error });
  }

  private async connected(): Promise<Producer> {
    if (this.open.isClosed()) throw new Error('The publisher is closed');
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
    if (this.open.isClosed()) await this.discard();
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
/** Topics may have to be made, and each broker may have to be found. */
const LONGEST_LOOK_MS = 30_000;

/**
 * Characters of the values of a send, of all partitions together, from which gzip gives more than it takes
 * (docs/adr/0022-one-send-in-flight.md).
 */
const COMPRESSED_FROM = 65_536;

function isWorthCompressing(batches: readonly TopicMessages[]): boolean {
  const sizes = batches.flatMap(({ messages }) => messages.map(({ value }) => value?.length ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0) >= COMPRESSED_FROM;
}

function kafkaMessage({ key, value, headers }: ContactMessage): Message {
  return { key, value, headers: { ...headers } };
}

/** kafkajs wraps what it holds for passing, such as timeouts, once it has no retry left. */
function isPassing(error: unknown): error is Error {
  return error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded';
}
