import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { Backoff, LeaseLost, type WorkLog } from '#platform';

import { type EventPublisher } from './event-publisher.js';
import { RelayLease } from './relay-lease.js';
import { type LeasedTopics } from './relay-topics.js';

export interface LeasedRelayOptions {
  /** The name of this process in the lease's row, for whoever looks there. */
  readonly owner: string;
  readonly topics: LeasedTopics;
  readonly leaseMs?: number;
  /** How often a process that does not lead asks whether it may. */
  readonly standbyPollMs?: number;
}

/** How the log names what may fail for a while. */
export interface RelayWork {
  readonly taking: string;
  readonly leading: string;
  readonly publishing: string;
  /** What to do about a failure of the leader; null where only time helps. */
  advice?(error: unknown): string | null;
}

/**
 * Lets one process over all lead a relay, as long as it can, and begin again from what is stored where it cannot. Nothing
 * here ever stops the service or a sync.
 */
export abstract class LeasedRelay {
  protected readonly stopping = new AbortController();
  protected readonly leading: Backoff;
  protected readonly kafkaBackoff: Backoff;
  private running: Promise<void> = Promise.resolve();
  private readonly acquiring: Backoff;
  /** Unique, so that this relay, and no other one, may take its own lease again after an outage. */
  private readonly owner: string;

  protected constructor(
    protected readonly em: SqlEntityManager,
    protected readonly publisher: EventPublisher,
    private readonly leased: LeasedRelayOptions,
    protected readonly log: WorkLog,
    work: RelayWork,
  ) {
    this.acquiring = new Backoff(work.taking, log);
    this.leading = new Backoff(work.leading, log, (error) => work.advice?.(error) ?? null);
    this.kafkaBackoff = new Backoff(work.publishing, log, (error) => publisher.advice(error));
    this.owner = `${leased.owner} ${randomUUID()}`;
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

  /** Publishes until it is to stop. Whatever it throws, it is called for again. */
  protected abstract lead(lease: RelayLease): Promise<void>;

  /** Longer than the longest send and the work around it. */
  protected get leaseMs(): number {
    return this.leased.leaseMs ?? Math.max(2 * this.publisher.longestSendMs, 15_000);
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
        await this.leadAndRelease(lease);
      } catch (error) {
        // Whether the write was refused or only its answer was lost, the next term begins at the stored checkpoint.
        if (error instanceof LeaseLost) this.log.warn(`${error.message}; standing by`);
        else await this.leading.pause(error, signal);
      }
      ledAt = performance.now();
    }
  }

  /** To the end of the term. A lease that cannot be given back ends by itself. */
  private async leadAndRelease(lease: RelayLease): Promise<void> {
    try {
      await this.lead(lease);
    } finally {
      await lease.release().catch(() => undefined);
    }
  }

  /** @returns null, after a while, where another process leads or the database does not answer */
  private async acquire(): Promise<RelayLease | null> {
    const { signal } = this.stopping;
    try {
      const lease = await RelayLease.acquire(this.em, this.leased.topics, this.owner, this.leaseMs);
      this.acquiring.over();
      if (lease !== null) return lease;
      await delay(this.leased.standbyPollMs ?? 2_000, undefined, { signal }).catch(() => undefined);
    } catch (error) {
      await this.acquiring.pause(error, signal);
    }
    return null;
  }
}

/** How long a send may go on once the service stops. */
const STOP_GRACE_MS = 3_000;

/** As long as the longest pause after a failure. */
const LED_BY_ANOTHER_MS = 30_000;
