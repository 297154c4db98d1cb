import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage } from '#contact-events';
import { type Notifications } from '#platform';

import { type FeedLogger, Outage } from '../outage.js';
import { WakeUp } from '../wake-up.js';
import {
  type Acknowledgement,
  type EventPublisher,
  type PartitionEnd,
  type PartitionRange,
  PublicationTooLarge,
  TopicMissing,
} from './event-publisher.js';
import { ReadAhead, readRelayBatch, type RelayBatch } from './relay-batch.js';
import { type Checkpoint, LeaseLost, type Publication, RelayLease } from './relay-lease.js';
import { type RelayTopics, stateMessage } from './relay-messages.js';
import { LogBehindKafka, UnknownRecords } from './unknown-records.js';

export interface RelayOptions {
  /** What the lease row calls this process, for whoever looks. */
  readonly owner: string;
  readonly topics: RelayTopics;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
  /** Events a send, at most. */
  readonly batchSize?: number;
  /** How long a lost notification may go unnoticed. */
  readonly pollMs?: number;
  readonly leaseMs?: number;
  /** How often the leader looks where the topics end, even where it has nothing to send. */
  readonly compareMs?: number;
  /** How often a process that does not lead asks whether it may. */
  readonly standbyPollMs?: number;
}

/**
 * Publishes the event log to Kafka, in its order, by one leader over all processes.
 *
 * The checkpoint moves behind the brokers' acknowledgement and before the next send, so a crash sends at most one
 * batch again, with the same ids. Before each attempt the leader makes sure that its lease outlives the longest send.
 * Where a partition goes on elsewhere than its last acknowledgement said, somebody else wrote, or the topic was made
 * anew; both are mended (docs/adr/0023-late-sends-are-repaired.md). A broker or a database that is away costs nothing
 * but time; nothing here ever stops the service or a sync.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly database: Outage;
  private readonly kafka: Outage;
  /** No two relays share it, so that one may take its own lease again after an outage. */
  private readonly owner: string;
  private batchSize: number;
  private compareAt = 0;
  private refusal: string | null = null;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly publisher: EventPublisher,
    private readonly notifications: Pick<Notifications, 'subscribe'>,
    private readonly options: RelayOptions,
    private readonly log: FeedLogger,
  ) {
    this.database = new Outage('the relay', log);
    this.kafka = new Outage('publishing to Kafka', log);
    this.owner = `${options.owner} ${randomUUID()}`;
    this.batchSize = this.fullBatch;
  }

  /** Returns at once, whether or not there is a broker. */
  start(): void {
    this.running = this.run();
  }

  /** Finishes or gives up the send in hand, and gives the lease back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const grace = new AbortController();
    await Promise.race([
      this.running,
      delay(STOP_GRACE_MS, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    await this.publisher.close();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const lease = await RelayLease.acquire(this.em, this.options.topics, this.owner, this.leaseMs);
        this.database.over();
        if (lease === null) await this.standBy();
        else await this.lead(lease);
      } catch (error) {
        // Whether it was refused or only not heard of, the stored checkpoint decides where to go on.
        if (error instanceof LeaseLost) this.log.warn(`${error.message}; standing by`);
        else if (error instanceof LogBehindKafka) await this.refuse(error);
        else await this.database.pause(error, signal);
      }
    }
  }

  private async standBy(): Promise<void> {
    const { signal } = this.stopping;
    await delay(this.options.standbyPollMs ?? 2_000, undefined, { signal }).catch(() => undefined);
  }

  /** Says so once, and looks again after a while: somebody may mend it. */
  private async refuse({ message }: LogBehindKafka): Promise<void> {
    if (message !== this.refusal) this.log.error(message);
    this.refusal = message;
    await this.standBy();
  }

  private async lead(lease: RelayLease): Promise<void> {
    const { signal } = this.stopping;
    const wakeUp = new WakeUp(this.notifications, 'contactstream_events');
    const { topics, publicUrl } = this.options;
    const log = new ReadAhead((after) => readRelayBatch(this.em, after, this.batchSize, topics, publicUrl));
    try {
      await this.compare(lease);
      this.refusal = null;
      this.log.info({ position: String(lease.checkpoint.events) }, `relaying the log to ${this.name}`);
      while (!signal.aborted) {
        if (performance.now() >= this.compareAt) await this.compare(lease);
        const batch = await log.next(lease.checkpoint);
        this.database.over();
        if (batch.size === 0) {
          await wakeUp.wait(this.options.pollMs ?? 5_000, signal);
          if (lease.remainingMs < this.leaseMs / 2) await lease.renew();
        } else {
          if (batch.isFull) log.begin(batch.end);
          await this.relay(batch, lease);
        }
      }
    } finally {
      await log.end();
      wakeUp.close();
      await lease.release().catch(() => undefined);
    }
  }

  /** Publishes a batch, however long it takes, and moves the checkpoint behind it; or leaves the checkpoint as it is. */
  private async relay(batch: RelayBatch, lease: RelayLease): Promise<void> {
    try {
      const acknowledged = await this.whenKafkaAnswers(lease, () => this.publisher.publish(batch.topics));
      if (acknowledged === null) return;
      this.batchSize = this.fullBatch;
      await this.account(acknowledged.map(publication), batch.end, lease);
    } catch (error) {
      if (error instanceof PublicationTooLarge && batch.size > 1) this.batchSize = Math.ceil(batch.size / 2);
      else if (error instanceof TopicMissing) {
        await this.kafka.pause(error, this.stopping.signal);
        await this.compare(lease);
      } else throw error;
    }
  }

  /** Compares where the partitions end with where they should. */
  private async compare(lease: RelayLease): Promise<void> {
    const { topics } = this.options;
    const ends = await this.whenKafkaAnswers(lease, () => this.publisher.ends([topics.events, topics.state]));
    if (ends === null) return;
    this.compareAt = performance.now() + (this.options.compareMs ?? 10_000);
    const found = new Set(ends.map(({ topic, partition }) => `${topic} ${partition}`));
    const gone = lease.ends.filter(({ topic, partition }) => !found.has(`${topic} ${partition}`));
    const all = [...ends, ...gone.map((partition) => ({ ...partition, end: 0n }))];
    const lost = all.filter((partition) => partition.end < lease.end(partition)).map(({ topic }) => topic);
    for (const role of ['events', 'state'] as const) {
      if (!lost.includes(topics[role])) continue;
      this.log.warn(
        { topic: topics[role] },
        'a Kafka topic holds less than was published: it was made anew, and is filled from the log again',
      );
      await lease.restart(role);
    }
    const moved = ends.filter((partition) => partition.end > lease.end(partition));
    if (moved.length > 0) await this.account(moved.map(nothingPublished), lease.checkpoint, lease);
  }

  /**
   * Moves the checkpoint behind what was published, once what others wrote before it is mended.
   *
   * @param end the checkpoint of what was published
   */
  private async account(
    published: readonly Publication[],
    end: Checkpoint,
    lease: RelayLease,
  ): Promise<void> {
    for (let news = published; news.length > 0;) {
      // A repetition, or a topic made anew: where it ends tells.
      if (news.some((entry) => entry.firstOffset < lease.end(entry))) this.compareAt = 0;
      const unknown = lease.note(news);
      const repaired = unknown.length === 0 ? [] : await this.repair(unknown, end, lease);
      if (repaired === null) return;
      news = repaired;
    }
    await this.moveCheckpoint(lease, end);
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
    lease: RelayLease,
  ): Promise<Publication[] | null> {
    const { topics, publicUrl } = this.options;
    // Of a topic that is sent whole, the ends tell enough.
    const telling = ranges.map((range) =>
      checkpoint[range.topic === topics.state ? 'state' : 'events'] === 0n
        ? { ...range, from: range.to - 1n }
        : range,
    );
    const unknown = await this.whenKafkaAnswers(lease, async () => {
      const records = new UnknownRecords(topics);
      await this.publisher.read(telling, (record) => {
        records.add(record);
      });
      return records;
    });
    if (unknown === null) return null;
    await unknown.areOfThisLog(this.em.fork());
    const published: Publication[] = [];
    for await (const events of unknown.outdating(this.em.fork(), checkpoint.state)) {
      const messages = events.map((event) => stateMessage(event, publicUrl));
      const acknowledged = await this.publishStates(messages, lease);
      if (acknowledged === null) return null;
      published.push(...acknowledged);
    }
    return published;
  }

  private async publishStates(
    messages: readonly ContactMessage[],
    lease: RelayLease,
  ): Promise<Publication[] | null> {
    if (messages.length === 0) return [];
    const topic = this.options.topics.state;
    this.log.warn(
      { topic, contacts: messages.length },
      'an older state came late; publishing the present one again',
    );
    const published: Publication[] = [];
    for (let rest = messages, size = rest.length; rest.length > 0;) {
      const part = rest.slice(0, size);
      try {
        const acknowledged = await this.whenKafkaAnswers(lease, () =>
          this.publisher.publish([{ topic, messages: part }]),
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
  private async whenKafkaAnswers<T>(lease: RelayLease, work: () => Promise<T>): Promise<T | null> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (lease.remainingMs < this.publisher.longestSendMs) await lease.renew();
      try {
        const answer = await work();
        this.kafka.over();
        return answer;
      } catch (error) {
        if (error instanceof PublicationTooLarge || error instanceof TopicMissing) throw error;
        await this.kafka.pause(error, signal);
      }
    }
    return null;
  }

  /** A database that is away now must not make the batch be sent again. */
  private async moveCheckpoint(lease: RelayLease, checkpoint: Checkpoint): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await lease.advance(checkpoint);
        this.database.over();
        return;
      } catch (error) {
        // Also when the move was committed and only its answer was lost: then the row is not as it was left.
        if (error instanceof LeaseLost) throw error;
        await this.database.pause(error, signal);
      }
    }
  }

  private get name(): string {
    return this.options.topics.events;
  }

  private get fullBatch(): number {
    return this.options.batchSize ?? 500;
  }

  /** Longer than the longest send and the work around it. */
  private get leaseMs(): number {
    return this.options.leaseMs ?? Math.max(2 * this.publisher.longestSendMs, 15_000);
  }
}

/** How long a send may go on once the service stops. */
const STOP_GRACE_MS = 3_000;

function publication({ message, ...place }: Acknowledgement): Publication {
  return { ...place, lastPosition: BigInt(message.headers.ce_position ?? 0) };
}

/** As if it had just been written to, with nothing. */
function nothingPublished({ topic, partition, end }: PartitionEnd): Publication {
  return { topic, partition, firstOffset: end, lastOffset: end - 1n, lastPosition: 0n };
}
