import { type Backoff, LeaseLost, type WorkLog } from '#platform';

import { type Acknowledgement, type TopicMessages } from './event-publisher.js';
import { type AddressedMessage, type KafkaSender, type KafkaSenderDependencies } from './kafka-sender.js';
import { positionOf, type WaitingContacts } from './waiting-contacts.js';

export interface RelaySenderDependencies extends KafkaSenderDependencies {
  readonly waiting: WaitingContacts;
  readonly databaseBackoff: Backoff;
  readonly log: WorkLog;
}

/**
 * Sends what need not wait. What the broker refuses is halved down to the one message that it never takes. That one is put
 * aside, and the others go on (docs/adr/0036-refused-records-are-put-aside.md).
 */
export class RelaySender {
  constructor(
    private readonly kafka: KafkaSender,
    private readonly dependencies: RelaySenderDependencies,
  ) {}

  /**
   * @returns what that put into the partitions; null: the relay is to stop
   * @throws TopicMissing
   * @throws LeaseLost
   */
  async send(batches: readonly TopicMessages[]): Promise<Acknowledgement[] | null> {
    const acknowledged: Acknowledgement[] = [];
    const messages = batches.flatMap((batch) =>
      batch.messages.map((message) => ({ topic: batch.topic, message })),
    );
    return (await this.sendAll(messages, acknowledged)) ? acknowledged : null;
  }

  /** @returns whether all of them are acknowledged or put aside; else the relay is to stop */
  private async sendAll(
    messages: readonly AddressedMessage[],
    acknowledged: Acknowledgement[],
  ): Promise<boolean> {
    const { waiting } = this.dependencies;
    const due = messages.filter(({ topic, message }) => !waiting.holds(topic, message));
    if (due.length === 0) return true;
    const sent = await this.kafka.attempt(due);
    if (sent === null) return false;
    acknowledged.push(...sent.acknowledged);
    const { refused, refusal } = sent;
    const [only] = refused;
    if (only === undefined) return true;
    if (refused.length === 1) return this.putAside(only, refusal ?? '');
    const middle = Math.ceil(refused.length / 2);
    return (
      (await this.sendAll(refused.slice(0, middle), acknowledged)) &&
      (await this.sendAll(refused.slice(middle), acknowledged))
    );
  }

  /** Tries again while the database is away: what was sent beside it need then not be sent a second time. */
  private async putAside({ topic, message }: AddressedMessage, refusal: string): Promise<boolean> {
    const { waiting, databaseBackoff, log, signal } = this.dependencies;
    while (!signal.aborted) {
      try {
        const letterId = await waiting.putAside(topic, message, refusal);
        databaseBackoff.over();
        const { key: contactId } = message;
        log.warn(
          { topic, contactId, position: String(positionOf(message)), refusal, letterId },
          `Kafka refuses a record: it is a dead letter now, and later events of its contact wait behind it; ` +
            `${REMEDIES[refusal] ?? 'mend what the topic asks of records'}, then replay it, or discard it`,
        );
        return true;
      } catch (error) {
        if (error instanceof LeaseLost) throw error;
        await databaseBackoff.pause(error, signal);
      }
    }
    return false;
  }
}

/** What to do about a refusal. */
const REMEDIES: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: "raise the topic's max.message.bytes",
  RECORD_LIST_TOO_LARGE: "raise the topic's segment.bytes",
};
