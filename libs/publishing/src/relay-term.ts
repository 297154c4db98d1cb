import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage } from '#contact-events';

import { LeaseLost } from '#platform';
import { type Acknowledgement, type PartitionEnd, type PartitionRange } from './event-publisher.js';
import { KafkaSender } from './kafka-sender.js';
import { type RelayBatch, stateMessage } from './relay-batch.js';
import { RelaySender, type RelaySenderDependencies } from './relay-sender.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';
import { UnknownRecords } from './unknown-records.js';
import { positionOf, type RequestedContact, type WaitingFrom } from './waiting-contacts.js';
import { waitingMessages } from './waiting-messages.js';

export interface RelayTermDependencies extends RelaySenderDependencies {
  readonly em: SqlEntityManager;
  readonly topics: RelayTopics;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
}

/**
 * What a leader does to the topics while it holds the lease. The next record of a partition should get one certain
 * offset. Where it gets another one, somebody else wrote, or the topic was made anew, and that is repaired first
 * (docs/adr/0023-late-sends-are-repaired.md).
 */
export class RelayTerm {
  private isDoubtful = true;
  private readonly kafka: KafkaSender;
  private readonly sender: RelaySender;

  constructor(private readonly dependencies: RelayTermDependencies) {
    this.kafka = new KafkaSender(dependencies);
    this.sender = new RelaySender(this.kafka, dependencies);
  }

  /**
   * Whether an acknowledgement did not fit what is recorded, so that the ends of the partitions have to be compared.
   */
  get needsComparison(): boolean {
    return this.isDoubtful;
  }

  /**
   * Publishes a batch, however long it takes, then moves the checkpoint. When the relay is to stop, it may do neither.
   *
   * @throws TopicMissing
   * @throws LogBehindKafka
   * @throws LeaseLost
   */
  async publish(batch: RelayBatch): Promise<void> {
    const { topics, waiting } = this.dependencies;
    const acknowledged = await this.sender.send(batch.topics);
    if (acknowledged === null) return;
    const withheld = batch.topics
      .filter(({ topic }) => topic === topics.events)
      .flatMap(({ topic, messages }) => messages.filter((message) => waiting.holds(topic, message)))
      .map(positionOf);
    await this.account(acknowledged, batch.end, withheld);
  }

  /**
   * Does what people have asked for contacts whose records wait. When the relay is to stop, it may leave some of it.
   *
   * @throws TopicMissing
   * @throws LogBehindKafka
   * @throws LeaseLost
   */
  async settleRequests(): Promise<void> {
    const { lease, waiting } = this.dependencies;
    for (const contact of await waiting.requested()) {
      // Put aside by a leader that ended before its checkpoint passed them: their turn is still to come.
      if (isAhead(contact.from, lease.checkpoint)) continue;
      const sent = await this.sendWaiting(contact);
      if (sent === null) return;
      await this.account(sent.acknowledged, lease.checkpoint);
      await waiting.settle(contact, sent.from, sent.refusal);
    }
  }

  /**
   * Compares where the partitions end with where they should.
   *
   * @throws LogBehindKafka
   * @throws LeaseLost
   */
  async compare(): Promise<void> {
    const { topics, lease, publisher, log } = this.dependencies;
    const ends = await this.kafka.ask(() => publisher.ends([topics.events, topics.state]));
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
   * @param withheld positions that it passes without their having been sent to the events topic
   */
  private async account(
    published: readonly Acknowledgement[],
    end: Checkpoint,
    withheld: readonly bigint[] = [],
  ): Promise<void> {
    const { lease } = this.dependencies;
    for (let news = published; news.length > 0;) {
      // The broker recognised a repetition, or the topic was made anew: the partition's end tells which.
      if (news.some((entry) => entry.firstOffset < lease.end(entry))) this.isDoubtful = true;
      const unknown = lease.note(news);
      const repaired = unknown.length === 0 ? [] : await this.repair(unknown, end);
      if (repaired === null) return;
      news = repaired;
    }
    await this.moveCheckpoint(end, withheld);
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
    const unknown = await this.kafka.ask(async () => {
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
      const messages = events
        .map((event) => stateMessage(event, publicUrl))
        .filter((message) => message !== null);
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
    return this.sender.send([{ topic, messages }]);
  }

  /**
   * Sends what waits for a contact, one after the other.
   *
   * @returns what waits still, and why; null: the relay is to stop
   */
  private async sendWaiting(contact: RequestedContact): Promise<SentWaiting | null> {
    const { em, lease, topics, publicUrl } = this.dependencies;
    const acknowledged: Acknowledgement[] = [];
    const from: { -readonly [Role in keyof WaitingFrom]: WaitingFrom[Role] } = { events: null, state: null };
    let refusal: string | null = null;
    const due = await waitingMessages(em.fork(), contact, lease.checkpoint, publicUrl);
    for (const role of ['events', 'state'] as const) {
      for (const message of due[role]) {
        const sent = await this.kafka.attempt([{ topic: topics[role], message }]);
        if (sent === null) return null;
        acknowledged.push(...sent.acknowledged);
        // What is given up may be refused.
        if (sent.refusal === null || contact.requested === 'discard') continue;
        from[role] = positionOf(message);
        ({ refusal } = sent);
        break;
      }
    }
    return { acknowledged, from, refusal };
  }

  /** Tries again while the database is away, so that the batch need not be sent a second time. */
  private async moveCheckpoint(checkpoint: Checkpoint, withheld: readonly bigint[]): Promise<void> {
    const { lease, databaseBackoff, signal } = this.dependencies;
    while (!signal.aborted) {
      try {
        await lease.advance(checkpoint, withheld);
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

interface SentWaiting {
  readonly acknowledged: readonly Acknowledgement[];
  readonly from: WaitingFrom;
  readonly refusal: string | null;
}

function isAhead(from: WaitingFrom, checkpoint: Checkpoint): boolean {
  return (['events', 'state'] as const).some((role) => (from[role] ?? 0n) > checkpoint[role]);
}

/** Stands for an empty send, so that what lies before it counts as not recorded. */
export function nothingPublished({ topic, partition, end }: PartitionEnd): Acknowledgement {
  return { topic, partition, firstOffset: end, lastOffset: end - 1n, lastPosition: 0n };
}
