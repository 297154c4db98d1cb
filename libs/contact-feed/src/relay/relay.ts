import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { readLog, type StoredEvent } from '#event-store';
import { type Notifications } from '#platform';

import { type FeedLogger, Outage } from '../outage.js';
import { WakeUp } from '../wake-up.js';
import { type Acknowledgement, type EventPublisher, PublicationTooLarge } from './event-publisher.js';
import { LeaseLost, type RelayedPartition, RelayLease } from './relay-lease.js';
import { relayMessages, type RelayTopics } from './relay-messages.js';

export interface RelayOptions {
  /** What the lease row calls this process, for whoever looks. */
  readonly owner: string;
  readonly topics: RelayTopics;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
  /** Events a send. */
  readonly batchSize?: number;
  /** How long a lost notification may go unnoticed. */
  readonly pollMs?: number;
  readonly leaseMs?: number;
  /** How often a process that does not lead asks whether it may. */
  readonly standbyPollMs?: number;
}

/**
 * Publishes the event log to Kafka, in its order, by one leader over all processes.
 *
 * The checkpoint moves behind the brokers' acknowledgement, so a crash sends at most one batch again, with the same
 * ids. Before each attempt the leader makes sure that its lease outlives the longest send. A broker or a database
 * that is away costs nothing but time; nothing here ever stops the service or a sync.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly database: Outage;
  private readonly kafka: Outage;
  /** No two relays share it, so that one may take its own lease again after an outage. */
  private readonly owner: string;
  private batchSize: number;

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
        const lease = await RelayLease.acquire(this.em, this.name, this.owner, this.leaseMs);
        this.database.over();
        if (lease === null) await this.standBy();
        else await this.lead(lease);
      } catch (error) {
        // Whether it was refused or only not heard of, the stored checkpoint decides where to go on.
        if (error instanceof LeaseLost) this.log.warn(`${error.message}; standing by`);
        else await this.database.pause(error, signal);
      }
    }
  }

  private async standBy(): Promise<void> {
    const { signal } = this.stopping;
    await delay(this.options.standbyPollMs ?? 2_000, undefined, { signal }).catch(() => undefined);
  }

  private async lead(lease: RelayLease): Promise<void> {
    const { signal } = this.stopping;
    const wakeUp = new WakeUp(this.notifications, 'contactstream_events');
    this.log.info({ position: String(lease.position) }, `relaying the log to ${this.name}`);
    try {
      while (!signal.aborted) {
        const events = await readLog(this.em.fork(), { after: lease.position, limit: this.batchSize });
        this.database.over();
        if (events.length === 0) {
          await wakeUp.wait(this.options.pollMs ?? 5_000, signal);
          if (lease.remainingMs < this.leaseMs / 2) await lease.renew();
        } else {
          await this.relay(events, lease);
        }
      }
    } finally {
      wakeUp.close();
      await lease.release().catch(() => undefined);
    }
  }

  /** Publishes the events, however long it takes, and moves the checkpoint behind them. */
  private async relay(events: readonly StoredEvent[], lease: RelayLease): Promise<void> {
    const { signal } = this.stopping;
    const last = events.at(-1);
    if (last === undefined) return;
    const batches = relayMessages(events, this.options.topics, this.options.publicUrl);
    while (!signal.aborted) {
      if (lease.remainingMs < this.publisher.longestSendMs) await lease.renew();
      try {
        const acknowledged = await this.publisher.publish(batches);
        this.kafka.over();
        this.batchSize = this.fullBatch;
        await this.moveCheckpoint(lease, last.position, acknowledged.map(relayedPartition));
        return;
      } catch (error) {
        if (error instanceof LeaseLost) throw error;
        if (error instanceof PublicationTooLarge && events.length > 1) {
          this.batchSize = Math.ceil(events.length / 2);
          return;
        }
        await this.kafka.pause(error, signal);
      }
    }
  }

  /** A database that is away now must not make the batch be sent again. */
  private async moveCheckpoint(
    lease: RelayLease,
    position: bigint,
    partitions: readonly RelayedPartition[],
  ): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await lease.advance(position, partitions);
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

function relayedPartition({ topic, partition, offset, message }: Acknowledgement): RelayedPartition {
  return { topic, partition, lastOffset: offset, lastPosition: BigInt(message.headers.ce_position ?? 0) };
}
