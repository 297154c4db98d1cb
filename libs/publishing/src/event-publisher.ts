import { type ContactMessage } from '#contact-events';

export interface TopicMessages {
  readonly topic: string;
  readonly messages: readonly ContactMessage[];
}

/** What one send put into a partition: nothing where `lastOffset` is before `firstOffset`. */
export interface Acknowledgement {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** The log position of the last record; 0: not known. */
  readonly lastPosition: bigint;
}

/** The offset that a partition's next record will get. */
export interface PartitionEnd {
  readonly topic: string;
  readonly partition: number;
  readonly end: bigint;
}

/** The records of a partition from an offset on (`from`), as far as another, which is not included (`to`). */
export interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** A record as it lies in a topic, whoever put it there. */
export interface PublishedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * The broker will never take one of the messages, or not so many of them at once. The message is its own word for why,
 * such as MESSAGE_TOO_LARGE. What other partitions were sent may have been published.
 */
export class PublicationRefused extends Error {
  override readonly name = 'PublicationRefused';
}

/** A topic is gone, and with it what was published. */
export class TopicMissing extends Error {
  override readonly name = 'TopicMissing';
}

/** All that the relay needs of a Kafka client, so that another client is one more file. */
export interface EventPublisher {
  /** No call of {@link publish} lasts longer, so that a lease can be known to outlive it. Milliseconds. */
  readonly longestSendMs: number;

  /**
   * Publishes messages in order, once each attempt: it does not try again by itself.
   *
   * When it rejects, some may have been published, and the caller sends again: the same messages, where
   * {@link isRecognised}, else those that the partitions turn out not to hold.
   *
   * @returns what each partition took once every replica in sync has all of it
   * @throws PublicationRefused
   * @throws TopicMissing
   */
  publish(batches: readonly TopicMessages[]): Promise<Acknowledgement[]>;

  /** Whether, after this error, the broker recognises messages that it took when the same ones are sent again. */
  isRecognised(error: unknown): boolean;

  /** Where each partition of the topics ends now; a topic that is missing is made. */
  ends(topics: readonly string[]): Promise<PartitionEnd[]>;

  /** Hands each record that is still there to `take`, those of a partition in their order. */
  read(ranges: readonly PartitionRange[], take: (record: PublishedRecord) => void): Promise<void>;

  /** What to do about an error of this client; null where only time helps. */
  advice(error: unknown): string | null;

  /** Calls that are still going on reject. */
  close(): Promise<void>;
}
