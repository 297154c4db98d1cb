import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type WorkLog, LeaseLost, type Notifications, Backoff, ReadAhead, WakeUp } from '#platform';

import { type EventPublisher, TopicMissing } from './event-publisher.js';
import { readRelayBatch } from './relay-batch.js';
import { RelayLease } from './relay-lease.js';
import { RelayTerm } from './relay-term.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';
import { LogBehindKafka } from './unknown-records.js';
import { WaitingContacts } from './waiting-contacts.js';

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
 * both are repaired (docs/adr/0023-late-sends-are-repaired.md). What a broker refuses is put aside with what follows of
 * its contact. While a broker or the database is away, the relay tries again; nothing here ever stops the service or a
 * sync.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly acquiring: Backoff;
  private readonly leading: Backoff;
  private readonly kafkaBackoff: Backoff;
  /** Unique, so that this relay, and no other one, may take its own lease again after an outage. */
  private readonly owner: string;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly publisher: EventPublisher,
    private readonly notifications: Pick<Notifications, 'subscribe'>,
    private readonly options: RelayOptions,
    private readonly log: WorkLog,
  ) {
    this.acquiring = new Backoff("taking the relay's lease", log);
    this.leading = new Backoff('the relay', log, (error) =>
      error instanceof LogBehindKafka ? error.message : null,
    );
    this.kafkaBackoff = new Backoff('publishing to Kafka', log, (error) => publisher.advice(error));
    this.owner = `${options.owner} ${randomUUID()}`;
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
    let ledAt = performance.now();
    while (!signal.aborted) {
      const lease = await this.acquire();
      if (lease === null) {
        // What this process may have failed at, another one has done for a while.
        if (performance.now() - ledAt > LED_BY_ANOTHER_MS) this.leading.over();
        continue;
      }
      try {
        await this.lead(lease);
      } catch (error) {
        // Whether the write was refused or only its answer was lost, the next term begins at the stored checkpoint.
        if (error instanceof LeaseLost) this.log.warn(`${error.message}; standing by`);
        else await this.leading.pause(error, signal);
      }
      ledAt = performance.now();
    }
  }

  /** @returns null, after a while, where another process leads or the database does not answer */
  private async acquire(): Promise<RelayLease | null> {
    const { signal } = this.stopping;
    try {
      const lease = await RelayLease.acquire(this.em, this.options.topics, this.owner, this.leaseMs);
      this.acquiring.over();
      if (lease !== null) return lease;
      await delay(this.options.standbyPollMs ?? 2_000, undefined, { signal }).catch(() => undefined);
    } catch (error) {
      await this.acquiring.pause(error, signal);
    }
    return null;
  }

  private async lead(lease: RelayLease): Promise<void> {
    const { signal } = this.stopping;
    const { topics, publicUrl } = this.options;
    const waiting = await WaitingContacts.under(lease, this.em, topics);
    const wakeUp = new WakeUp(this.notifications, 'contactstream_events');
    const ahead = new ReadAhead((after: Checkpoint) =>
      readRelayBatch(this.em, after, this.options.batchSize ?? 500, topics, publicUrl),
    );
    const term = new RelayTerm({
      em: this.em,
      publisher: this.publisher,
      lease,
      waiting,
      topics,
      publicUrl,
      kafkaBackoff: this.kafkaBackoff,
      databaseBackoff: this.leading,
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
        if (!waiting.isEmpty) await this.unlessTopicMissing(term, () => term.settleRequests());
        const batch = await ahead.next(lease.checkpoint);
        if (batch.size === 0) {
          this.leading.over();
          await wakeUp.wait(this.options.pollMs ?? 5_000, signal);
          if (lease.remainingMs < this.leaseMs / 2) await lease.renew();
        } else {
          if (batch.isFull) ahead.begin(batch.end);
          await this.unlessTopicMissing(term, () => term.publish(batch));
          this.leading.over();
        }
      }
    } finally {
      await ahead.end();
      wakeUp.close();
      await lease.release().catch(() => undefined);
    }
  }

  private sayThatItLeads({ checkpoint }: RelayLease): void {
    this.log.info({ position: String(checkpoint.events) }, `relaying the log to ${this.name}`);
  }

  /** A topic that is missing is made anew, and then filled. */
  private async unlessTopicMissing(term: RelayTerm, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof TopicMissing)) throw error;
      await this.kafkaBackoff.pause(error, this.stopping.signal);
      await term.compare();
    }
  }

  private get name(): string {
    return this.options.topics.events;
  }

  /** Longer than the longest send and the work around it. */
  private get leaseMs(): number {
    return this.options.leaseMs ?? Math.max(2 * this.publisher.longestSendMs, 15_000);
  }
}

/** How long a send may go on once the service stops. */
const STOP_GRACE_MS = 3_000;

/** As long as the longest pause after a failure. */
const LED_BY_ANOTHER_MS = 30_000;
