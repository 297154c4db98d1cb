import { type ContactMessage } from '#contact-events';
import { type Backoff, type Step, traced } from '#platform';

import {
  type Acknowledgement,
  type EventPublisher,
  PublicationRefused,
  type PublishedRecord,
  type TopicMessages,
  TopicMissing,
} from './event-publisher.js';
import { KAFKA_SENDS, type KafkaSendMessage } from './kafka-sends.js';
import { type RelayLease } from './relay-lease.js';

/** A message and where it is to go. */
export interface AddressedMessage {
  readonly topic: string;
  readonly message: ContactMessage;
}

/** What became of messages. */
export interface Sent {
  readonly acknowledged: readonly Acknowledgement[];
  /** Those that Kafka did not take, together; one alone it never takes. */
  readonly refused: readonly AddressedMessage[];
  /** Kafka's word for why. */
  readonly refusal: string | null;
}

export interface KafkaSenderDependencies {
  readonly publisher: EventPublisher;
  readonly lease: RelayLease;
  readonly kafkaBackoff: Backoff;
  /** Aborts when the relay is to stop. */
  readonly signal: AbortSignal;
}

/**
 * Brings messages to Kafka, however long it takes, and each no oftener than it must: before what failed is sent again,
 * the topics are asked what of it they hold, unless the broker recognises a repetition by itself.
 */
export class KafkaSender {
  /** Whether the last attempt failed, so that an answer to a question is no sign that sending works again. */
  private fails = false;

  constructor(private readonly dependencies: KafkaSenderDependencies) {}

  /**
   * Sends messages until Kafka has taken or refused them.
   *
   * @returns null: the relay is to stop
   * @throws TopicMissing
   * @throws LeaseLost
   */
  async attempt(messages: readonly AddressedMessage[]): Promise<Sent | null> {
    const { publisher, kafkaBackoff, signal } = this.dependencies;
    const acknowledged: Acknowledgement[] = [];
    for (let rest = messages; !signal.aborted;) {
      await this.renewLease();
      let error: unknown;
      try {
        acknowledged.push(...(await this.publish(rest)));
        this.works();
        return { acknowledged, refused: [], refusal: null };
      } catch (caught) {
        error = caught;
      }
      const refusal = error instanceof PublicationRefused ? error.message : null;
      this.fails = refusal === null;
      if (error instanceof TopicMissing) throw error;
      if (refusal === null) await kafkaBackoff.pause(error, signal);
      if (publisher.isRecognised(error)) continue;
      const found = await this.whatArrived(rest);
      if (found === null) return null;
      acknowledged.push(...found.acknowledged);
      ({ rest } = found);
      if (refusal !== null || rest.length === 0) {
        this.works();
        return { acknowledged, refused: rest, refusal };
      }
    }
    return null;
  }

  /**
   * Asks Kafka until it answers, as long as this process leads.
   *
   * @returns null: the relay is to stop
   * @throws LeaseLost
   */
  async ask<T>(question: () => Promise<T>): Promise<T | null> {
    const { kafkaBackoff, signal } = this.dependencies;
    while (!signal.aborted) {
      await this.renewLease();
      try {
        const answer = await question();
        if (!this.fails) kafkaBackoff.over();
        return answer;
      } catch (error) {
        await kafkaBackoff.pause(error, signal);
      }
    }
    return null;
  }

  /** Before each attempt: a send must be over before the lease can end. */
  private async renewLease(): Promise<void> {
    const { lease, publisher } = this.dependencies;
    if (lease.remainingMs < publisher.longestSendMs) await lease.renew();
  }

  /** What became of an attempt is told on the diagnostics channel. */
  private async publish(messages: readonly AddressedMessage[]): Promise<Acknowledgement[]> {
    const batches = [...Map.groupBy(messages, ({ topic }) => topic)].map(([topic, group]) => ({
      topic,
      messages: group.map(({ message }) => message),
    }));
    const topics = batches.map((batch) => ({ topic: batch.topic, messages: batch.messages.length }));
    const tell = (isAcknowledged: boolean): void => {
      KAFKA_SENDS.publish({ isAcknowledged, topics } satisfies KafkaSendMessage);
    };
    try {
      const acknowledged = await traced(sendOf(batches), () => this.dependencies.publisher.publish(batches));
      tell(true);
      return acknowledged;
    } catch (error) {
      tell(false);
      throw error;
    }
  }

  private works(): void {
    this.fails = false;
    this.dependencies.kafkaBackoff.over();
  }

  /** Looks for messages behind the recorded ends of the partitions. @returns null: the relay is to stop */
  private async whatArrived(
    sent: readonly AddressedMessage[],
  ): Promise<{ acknowledged: Acknowledgement[]; rest: AddressedMessage[] } | null> {
    const { publisher, lease } = this.dependencies;
    const wanted = new Set(sent.map(placeOfMessage));
    const found = await this.ask(async () => {
      const ends = await publisher.ends([...new Set(sent.map(({ topic }) => topic))]);
      const ranges = ends
        .map(({ topic, partition, end }) => ({
          topic,
          partition,
          from: lease.end({ topic, partition }),
          to: end,
        }))
        .filter(({ from, to }) => from < to);
      const records: PublishedRecord[] = [];
      if (ranges.length === 0) return records;
      await publisher.read(ranges, (record) => {
        if (wanted.has(placeOfRecord(record))) records.push(record);
      });
      return records;
    });
    if (found === null) return null;
    const arrived = new Set(found.map(placeOfRecord));
    return {
      acknowledged: found.map(acknowledgement),
      rest: sent.filter((message) => !arrived.has(placeOfMessage(message))),
    };
  }
}

/** https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */
function sendOf(batches: readonly TopicMessages[]): () => Step {
  const [first] = batches;
  const topic = batches.length === 1 && first !== undefined ? first.topic : null;
  return () => ({
    name: topic === null ? 'send' : `send ${topic}`,
    kind: 'producer',
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      ...(topic === null ? {} : { 'messaging.destination.name': topic }),
    },
    parents: batches
      .flatMap(({ messages }) => messages.map(({ headers }) => headers.traceparent))
      .filter((parent) => parent !== undefined),
  });
}

function placeOfMessage({ topic, message }: AddressedMessage): string {
  return `${topic} ${message.headers.ce_id ?? ''}`;
}

function placeOfRecord({ topic, headers }: PublishedRecord): string {
  return `${topic} ${headers.ce_id ?? ''}`;
}

function acknowledgement({ topic, partition, offset, headers }: PublishedRecord): Acknowledgement {
  const lastPosition = BigInt(headers.ce_position ?? 0);
  return { topic, partition, firstOffset: offset, lastOffset: offset, lastPosition };
}
