import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage } from '#contact-events';

import { type WorkLog, type Backoff, LeaseLost } from '#platform';
import {
  type Acknowledgement,
  type EventPublisher,
  type PartitionEnd,
  type PartitionRange,
  PublicationTooLarge,
  TopicMissing,
} from './event-publisher.js';
import { type RelayBatch } from './relay-batch.js';
import { type Checkpoint, type Publication, type RelayLease } from './relay-lease.js';
import { type RelayTopics, stateMessage } from './relay-messages.js';
import { UnknownRecords } from './unknown-records.js';

export interface RelayTermParts {
  readonly em: SqlEntityManager;
  readonly publisher: EventPublisher;
  readonly lease: RelayLease;
  readonly topics: RelayTopics;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
  readonly kafka: Backoff;
  readonly database: Backoff;
  readonly log: WorkLog;
  /** Told to stop. */
  readonly signal: AbortSignal;
}

/**
 * What a leader does to the topics as long as it holds the lease. Every partition has one offset where its next record
 * should go; wherever one goes on elsewhere, somebody else wrote, or the topic was made anew, and that is mended first
 * (docs/adr/0023-late-sends-are-repaired.md).
 */
export class RelayTerm {
  private isDoubtful = true;

  constructor(private readonly parts: RelayTermParts) {}

  /** Whether an acknowledgement came that only a comparison can explain. */
  get needsComparison(): boolean {
    return this.isDoubtful;
  }

  /**
   * Publishes a batch, however long it takes, and moves the checkpoint behind it; told to stop, it may do neither.
   *
   * @throws PublicationTooLarge
   * @throws TopicMissing
   * @throws LogBehindKafka
   * @throws LeaseLost
   */
  async publish(batch: RelayBatch): Promise<void> {
    const acknowledged = await this.whenKafkaAnswers(() => this.parts.publisher.publish(batch.topics));
    if (acknowledged !== null) await this.account(acknowledged.map(publication), batch.end);
  }

  /**
   * Compares where the partitions end with where they should.
   *
   * @throws LogBehindKafka
   * @throws LeaseLost
   */
  async compare(): Promise<void> {
    const { topics, lease, publisher, log } = this.parts;
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
   * Moves the checkpoint behind what was published, once what others wrote before it is mended.
   *
   * @param end the checkpoint of what was published
   */
  private async account(published: readonly Publication[], end: Checkpoint): Promise<void> {
    const { lease } = this.parts;
    for (let news = published; news.length > 0;) {
      // A repetition, or a topic made anew: where it ends tells.
      if (news.some((entry) => entry.firstOffset < lease.end(entry))) this.isDoubtful = true;
      const unknown = lease.note(news);
      const repaired = unknown.length === 0 ? [] : await this.repair(unknown, end);
      if (repaired === null) return;
      news = repaired;
    }
    await this.moveCheckpoint(end);
  }

  /**
   * Looks at records that no checkpoint knows of, and publishes the present state of contacts that they leave with an
   * older one.
   *
   * @returns what that put into the partitions; null: told to stop
   * @throws LogBehindKafka
   */
  private async repair(
    ranges: readonly PartitionRange[],
    checkpoint: Checkpoint,
  ): Promise<Publication[] | null> {
    const { em, publisher, topics, publicUrl, log } = this.parts;
    // Of a topic that is sent whole, the ends tell enough.
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
    await unknown.areOfThisLog(em.fork());
    const published: Publication[] = [];
    for await (const events of unknown.outdating(em.fork(), checkpoint.state)) {
      const messages = events.map((event) => stateMessage(event, publicUrl));
      const acknowledged = await this.publishStates(messages);
      if (acknowledged === null) return null;
      published.push(...acknowledged);
    }
    return published;
  }

  private async publishStates(messages: readonly ContactMessage[]): Promise<Publication[] | null> {
    if (messages.length === 0) return [];
    const { publisher, log } = this.parts;
    const topic = this.parts.topics.state;
    log.warn(
      { topic, contacts: messages.length },
      'an older state came late; publishing the present one again',
    );
    const published: Publication[] = [];
    for (let rest = messages, size = rest.length; rest.length > 0;) {
      const part = rest.slice(0, size);
      try {
        const acknowledged = await this.whenKafkaAnswers(() =>
          publisher.publish([{ topic, messages: part }]),
        );
        if (acknowledged === null) return null;
        published.push(...acknowledged.map(publication));
        rest = rest.slice(size);
      } catch (error) {
        if (!(error instanceof PublicationTooLarge) || part.length === 1) throw error;
        size = Math.ceil(part.length / 2);
      }
    }
    return published;
  }

  /**
   * Tries until Kafka answers, as long as this process leads.
   *
   * @returns null: told to stop
   */
  private async whenKafkaAnswers<T>(work: () => Promise<T>): Promise<T | null> {
    const { lease, publisher, kafka, signal } = this.parts;
    while (!signal.aborted) {
      if (lease.remainingMs < publisher.longestSendMs) await lease.renew();
      try {
        const answer = await work();
        kafka.over();
        return answer;
      } catch (error) {
        if (error instanceof PublicationTooLarge || error instanceof TopicMissing) throw error;
        await kafka.pause(error, signal);
      }
    }
    return null;
  }

  /** A database that is away now must not make the batch be sent again. */
  private async moveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { lease, database, signal } = this.parts;
    while (!signal.aborted) {
      try {
        await lease.advance(checkpoint);
        database.over();
        return;
      } catch (error) {
        // Also when the move was committed and only its answer was lost: then the row is not as it was left.
        if (error instanceof LeaseLost) throw error;
        await database.pause(error, signal);
      }
    }
  }
}

function publication({ message, ...place }: Acknowledgement): Publication {
  return { ...place, lastPosition: BigInt(message.headers.ce_position ?? 0) };
}

/** As if it had just been written to, with nothing. */
function nothingPublished({ topic, partition, end }: PartitionEnd): Publication {
  return { topic, partition, firstOffset: end, lastOffset: end - 1n, lastPosition: 0n };
}
