import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage } from '#contact-events';

import { type WorkLog, type Backoff, LeaseLost } from '#platform';
import {
  type Acknowledgement,
  type EventPublisher,
  type PartitionEnd,
  type PartitionRange,
  PublicationTooLarge,
  type TopicMessages,
  TopicMissing,
} from './event-publisher.js';
import { KAFKA_SENDS, type KafkaSendMessage } from './kafka-sends.js';
import { type RelayBatch, stateMessage } from './relay-batch.js';
import { type RelayLease } from './relay-lease.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';
import { UnknownRecords } from './unknown-records.js';

export interface RelayTermDependencies {
  readonly em: SqlEntityManager;
  readonly publisher: EventPublisher;
  readonly lease: RelayLease;
  readonly topics: RelayTopics;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
  readonly kafkaBackoff: Backoff;
  readonly databaseBackoff: Backoff;
  readonly log: WorkLog;
  /** Aborts when the relay is to stop. */
  readonly signal: AbortSignal;
}

/**
 * What a leader does to the topics while it holds the lease. The next record of a partition should get one certain
 * offset. Where it gets another one, somebody else wrote, or the topic was made anew, and that is repaired first
 * (docs/adr/0023-late-sends-are-repaired.md).
 */
export class RelayTerm {
  private isDoubtful = true;

  constructor(private readonly dependencies: RelayTermDependencies) {}

  /**
   * Whether an acknowledgement did not fit what is recorded, so that the ends of the partitions have to be compared.
   */
  get needsComparison(): boolean {
    return this.isDoubtful;
  }

  /**
   * Publishes a batch, however long it takes, then moves the checkpoint. When the relay is to stop, it may do neither.
   *
   * @throws PublicationTooLarge
   * @throws TopicMissing
   * @throws LogBehindKafka
   * @throws LeaseLost
   */
  async publish(batch: RelayBatch): Promise<void> {
    const acknowledged = await this.whenKafkaAnswers(() => this.send(batch.topics));
    if (acknowledged !== null) await this.account(acknowledged, batch.end);
  }

  /**
   * Compares where the partitions end with where they should.
   *
   * @throws LogBehindKafka
   * @throws LeaseLost
   */
  async compare(): Promise<void> {
    const { topics, lease, publisher, log } = this.dependencies;
    const ends = await this.whenKafkaAnswers(() => publisher.ends([topics.events, topics.state]));
    if (ends === null) return;
    this.isDoubtful = false;
    const found = new Set(ends.map(({ topic, partition }) => `${topic} ${partition}`));
    const gone = lease.ends.filter(({ topic, partition }) => !found.has(`${topic} ${partition}`));
    const all = [...ends, ...gone.map((partition) => ({ ...partition, end: 0n }))];
    const lost = all.filter((partition) => partition.end < lease.end(partition)).map(({ topic }) => topic);
    for (const role of ['events', 'state'] as const) {
      if (!lost.includes(topics[role])) continue;
      log.warn(
        { topic: topics[role] },
        'a Kafka topic holds less than was published: it was made anew, and is filled from the log again',
      );
      await lease.restart(role);
    }
    const moved = ends.filter((partition) => partition.end > lease.end(partition));
    if (moved.length > 0) await this.account(moved.map(nothingPublished), lease.checkpoint);
  }

  /**
   * Moves the checkpoint past what was published, once it has repaired what others wrote before that.
   *
   * @param end the checkpoint of what was published
   */
  private async account(published: readonly Acknowledgement[], end: Checkpoint): Promise<void> {
    const { lease } = this.dependencies;
    for (let news = published; news.length > 0;) {
      // The broker recognised a repetition, or the topic was made anew: the partition's end tells which.
      if (news.some((entry) => entry.firstOffset < lease.end(entry))) this.isDoubtful = true;
      const unknown = lease.note(news);
      const repaired = unknown.length === 0 ? [] : await this.repair(unknown, end);
      if (repaired === null) return;
      news = repaired;
    }
    await this.moveCheckpoint(end);
  }

  /**
   * Reads records that are not recorded as ours. Where they leave a contact with an older state, it publishes the
   * present one again.
   *
   * @returns what that put into the partitions; null: the relay is to stop
   * @throws LogBehindKafka
   */
  private async repair(
    ranges: readonly PartitionRange[],
    checkpoint: Checkpoint,
  ): Promise<Acknowledgement[] | null> {
    const { em, publisher, topics, publicUrl, log } = this.dependencies;
    // A topic that is yet to be sent whole needs no repair: the last record tells whether it is of this log.
    const telling = ranges.map((range) =>
      checkpoint[range.topic === topics.state ? 'state' : 'events'] === 0n
        ? { ...range, from: range.to - 1n }
        : range,
    );
    const unknown = await this.whenKafkaAnswers(async () => {
      const records = new UnknownRecords(topics);
      await publisher.read(telling, (record) => {
        records.add(record);
      });
      return records;
    });
    if (unknown === null) return null;
    if (unknown.ofOthers > 0) {
      log.warn(
        { topics: [...new Set(ranges.map(({ topic }) => topic))], records: unknown.ofOthers },
        'records that this service did not write are on its topics; nobody else should have the right to write there',
      );
    }
    await unknown.compareWithLog(em.fork());
    const published: Acknowledgement[] = [];
    for await (const events of unknown.newerStates(em.fork(), checkpoint.state)) {
      const messages = events.map((event) => stateMessage(event, publicUrl));
      const acknowledged = await this.publishStates(messages);
      if (acknowledged === null) return null;
      published.push(...acknowledged);
    }
    return published;
  }

  private async publishStates(messages: readonly ContactMessage[]): Promise<Acknowledgement[] | null> {
    if (messages.length === 0) return [];
    const { topics, log } = this.dependencies;
    const topic = topics.state;
    log.warn(
      { topic, contacts: messages.length },
      'an older state came late; publishing the present one again',
    );
    const published: Acknowledgement[] = [];
    for (let rest = messages, size = rest.length; rest.length > 0;) {
      const part = rest.slice(0, size);
      try {
        const acknowledged = await this.whenKafkaAnswers(() => this.send([{ topic, messages: part }]));
        if (acknowledged === null) return null;
        published.push(...acknowledged);
        rest = rest.slice(size);
      } catch (error) {
        if (!(error instanceof PublicationTooLarge) || part.length === 1) throw error;
        size = Math.ceil(part.length / 2);
      }
    }
    return published;
  }

  /** One attempt. What became of it is told on the diagnostics channel. */
  private async send(batches: readonly TopicMessages[]): Promise<Acknowledgement[]> {
    const topics = batches.map(({ topic, messages }) => ({ topic, messages: messages.length }));
    const tell = (isAcknowledged: boolean): void => {
      KAFKA_SENDS.publish({ isAcknowledged, topics } satisfies KafkaSendMessage);
    };
    try {
      const acknowledged = await this.dependencies.publisher.publish(batches);
      tell(true);
      return acknowledged;
    } catch (error) {
      tell(false);
      throw error;
    }
  }

  /**
   * Tries until Kafka answers, as long as this process leads.
   *
   * @returns null: the relay is to stop
   */
  private async whenKafkaAnswers<T>(work: () => Promise<T>): Promise<T | null> {
    const { lease, publisher, kafkaBackoff, signal } = this.dependencies;
    while (!signal.aborted) {
      if (lease.remainingMs < publisher.longestSendMs) await lease.renew();
      try {
        const answer = await work();
        kafkaBackoff.over();
        return answer;
      } catch (error) {
        if (error instanceof PublicationTooLarge || error instanceof TopicMissing) throw error;
        await kafkaBackoff.pause(error, signal);
      }
    }
    return null;
  }

  /** Tries again while the database is away, so that the batch need not be sent a second time. */
  private async moveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { lease, databaseBackoff, signal } = this.dependencies;
    while (!signal.aborted) {
      try {
        await lease.advance(checkpoint);
        databaseBackoff.over();
        return;
      } catch (error) {
        // Also when the move was committed and only its answer was lost: then the row is not as it was left.
        if (error instanceof LeaseLost) throw error;
        await databaseBackoff.pause(error, signal);
      }
    }
  }
}

/** Stands for an empty send, so that what lies before it counts as not recorded. */
function nothingPublished({ topic, partition, end }: PartitionEnd): Acknowledgement {
  return { topic, partition, firstOffset: end, lastOffset: end - 1n, lastPosition: 0n };
}
