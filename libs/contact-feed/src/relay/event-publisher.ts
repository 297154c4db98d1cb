import { type ContactMessage } from '#contact-events';

export interface TopicMessages {
  readonly topic: string;
  readonly messages: readonly ContactMessage[];
}

/** The last message of a send that a partition has acknowledged. */
export interface Acknowledgement {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly message: ContactMessage;
}

/** The messages are too many or too large for one send; fewer of them may pass. Nothing is known to be published. */
export class PublicationTooLarge extends Error {
  override readonly name = 'PublicationTooLarge';
}

/** All that the relay needs of a Kafka client, so that another client is one more file. */
export interface EventPublisher {
  /** No call of {@link publish} lasts longer, so that a lease can be known to outlive it. Milliseconds. */
  readonly longestSendMs: number;

  /**
   * Publishes messages in order, once each attempt: it does not try again by itself.
   *
   * When it rejects, the outcome is unknown. The caller repeats the very same messages until they are acknowledged:
   * the broker recognises the repetition, unless the client had to be rebuilt, and then they are there twice.
   *
   * @returns the last message of each partition once every replica in sync has all of them
   * @throws PublicationTooLarge
   */
  publish(batches: readonly TopicMessages[]): Promise<Acknowledgement[]>;

  close(): Promise<void>;
}
