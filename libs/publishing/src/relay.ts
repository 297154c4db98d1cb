import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type WorkLog, LeaseLost, type Notifications, Backoff, ReadAhead, WakeUp } from '#platform';

import { type EventPublisher, PublicationTooLarge, TopicMissing } from './event-publisher.js';
import { readRelayBatch, type RelayBatch } from './relay-batch.js';
import { RelayLease } from './relay-lease.js';
import { RelayTerm } from './relay-term.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';
import { LogBehindKafka } from './unknown-records.js';

export interface RelayOptions {
  /** The name of this process in the lease's row, for whoever looks there. */
  readonly owner: string;
  readonly topics: RelayTopics;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
  /** Events a send, at most. */
  readonly batchSize?: number;
  /** How often the log is looked at when no notification comes. */
  readonly pollMs?: number;
  readonly leaseMs?: number;
  /** How often the leader compares where the topics end with where they should, also with nothing to send. */
  readonly compareMs?: number;
  /** How often a process that does not lead asks whether it may. */
  readonly standbyPollMs?: number;
}

/**
 * Publishes the event log to Kafka, in its order, by one leader over all processes.
 *
 * The checkpoint moves after the brokers' acknowledgement and before the next send, so a crash sends at most one batch
 * again, with the same ids. Before each attempt the leader makes sure that its lease outlives the longest send. Where a
 * partition does not continue at the last acknowledged offset, somebody else wrote to it, or the topic was made anew;
 * both are repaired (docs/adr/0023-late-sends-are-repaired.md). While a broker or the database is away, the relay tries
 * again; nothing here ever stops the service or a sync.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly databaseBackoff: Backoff;
  private readonly kafkaBackoff: Backoff;
  /** Unique, so that this relay, and no other one, may take its own lease again after an outage. */
  private readonly owner: string;
  private batchSize: number;
  private refusal: string | null = null;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly publisher: EventPublisher,
    private readonly notifications: Pick<Notifications, 'subscribe'>,
    private readonly options: RelayOptions,
    private readonly log: WorkLog,
  ) {
    this.databaseBackoff = new Backoff('the relay', log);
    this.kafkaBackoff = new Backoff('publishing to Kafka', log, (error) => publisher.advice(error));
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
        if (lease !== null) await this.lead(lease);
        else {
          this.databaseBackoff.over();
          await this.standBy();
        }
      } catch (error) {
        // Whether the write was refused or only its answer was lost, the next term begins at the stored checkpoint.
        if (error instanceof LeaseLost) this.log.warn(`${error.message}; standing by`);
        else if (error instanceof LogBehindKafka) await this.refuse(error);
        else await this.databaseBackoff.pause(error, signal);
      }
    }
  }

  private async standBy(): Promise<void> {
    const { signal } = this.stopping;
    await delay(this.options.standbyPollMs ?? 2_000, undefined, { signal }).catch(() => undefined);
  }

  /** Says so once, and looks again after a while: somebody may repair it. */
  private async refuse({ message }: LogBehindKafka): Promise<void> {
    if (message !== this.refusal) this.log.error(message);
    this.refusal = message;
    await this.standBy();
  }

  private async lead(lease: RelayLease): Promise<void> {
    const { signal } = this.stopping;
    const wakeUp = new WakeUp(this.notifications, 'contactstream_events');
    const { topics, publicUrl } = this.options;
    const ahead = new ReadAhead((after: Checkpoint) =>
      readRelayBatch(this.em, after, this.batchSize, topics, publicUrl),
    );
    const term = new RelayTerm({
      em: this.em,
      publisher: this.publisher,
      lease,
      topics,
      publicUrl,
      kafkaBackoff: this.kafkaBackoff,
      databaseBackoff: this.databaseBackoff,
      log: this.log,
      signal,
    });
    let compareAt = 0;
    try {
      while (!signal.aborted) {
        if (term.needsComparison || performance.now() >= compareAt) {
          await term.compare();
          if (compareAt === 0) this.sayThatItLeads(lease);
          compareAt = performance.now() + (this.options.compareMs ?? 10_000);
        }
        const batch = await ahead.next(lease.checkpoint);
        this.databaseBackoff.over();
        if (batch.size === 0) {
          await wakeUp.wait(this.options.pollMs ?? 5_000, signal);
          if (lease.remainingMs < this.leaseMs / 2) await lease.renew();
        } else {
          if (batch.isFull) ahead.begin(batch.end);
          await this.publish(batch, term);
        }
      }
    } finally {
      await ahead.end();
      wakeUp.close();
      await lease.release().catch(() => undefined);
    }
  }

  private sayThatItLeads({ checkpoint }: RelayLease): void {
    this.refusal = null;
    this.log.info({ position: String(checkpoint.events) }, `relaying the log to ${this.name}`);
  }

  private async publish(batch: RelayBatch, term: RelayTerm): Promise<void> {
    try {
      await term.publish(batch);
      this.batchSize = this.fullBatch;
    } catch (error) {
      if (error instanceof PublicationTooLarge && batch.size > 1) {
        this.batchSize = Math.ceil(batch.size / 2);
      } else if (error instanceof PublicationTooLarge || error instanceof TopicMissing) {
        await this.kafkaBackoff.pause(error, this.stopping.signal);
        await term.compare();
      } else throw error;
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
