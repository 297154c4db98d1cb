import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  acquireLease,
  boundSql,
  type Lease,
  LeaseLost,
  releaseLease,
  renewLease,
  sqlUnderLease,
} from '#platform';

import { ADVANCE_CHECKPOINT } from './advance-checkpoint.sql.js';
import { type Acknowledgement, type PartitionEnd, type PartitionRange } from './event-publisher.js';
import { OPEN_RELAY } from './open-relay.sql.js';
import { type Checkpoint, type LeasedTopics } from './relay-topics.js';
import { RelayedPartitions } from './relayed-partitions.js';
import { RESTART_TOPIC } from './restart-topic.sql.js';

/**
 * The right to relay, for a while, and the checkpoints that only its holder moves.
 *
 * The database's clock tells others when the lease ends; the holder tells by its own monotonic clock, counted from
 * before it asked, so it always thinks itself out of time first. Whoever meets {@link LeaseLost} must stop
 * sending.
 */
export class RelayLease {
  /** The last note of each partition since the checkpoint was moved. */
  private readonly noted = new Map<string, Acknowledgement>();

  private constructor(
    private readonly em: SqlEntityManager,
    private readonly topics: LeasedTopics,
    private readonly lease: Lease,
    private current: Checkpoint,
    private readonly known: Map<string, PartitionEnd>,
    private endsAt: number,
  ) {}

  /** @returns null while another process holds it */
  static async acquire(
    em: SqlEntityManager,
    topics: LeasedTopics,
    owner: string,
    durationMs: number,
  ): Promise<RelayLease | null> {
    const endsAt = performance.now() + durationMs;
    const lease = await acquireLease(em.fork(), `relay ${topics.events}`, owner, {
      durationMs,
      isOwnAgain: true,
    });
    if (lease === null) return null;
    // Read under the lease: what the leader before could still write is there by now.
    const [row] = await boundSql<{ position: string; state_position: string }>(em.fork(), OPEN_RELAY, [
      topics.events,
    ]);
    const checkpoint = { events: BigInt(row?.position ?? 0), state: BigInt(row?.state_position ?? 0) };
    return new RelayLease(em, topics, lease, checkpoint, await knownEnds(em, topics), endsAt);
  }

  get checkpoint(): Checkpoint {
    return this.current;
  }

  /** The recorded ends of the partitions. */
  get ends(): PartitionEnd[] {
    return [...this.known.values()];
  }

  /** How long nobody else can hold the lease; below 0 once somebody may. */
  get remainingMs(): number {
    return this.endsAt - performance.now();
  }

  /** @throws LeaseLost */
  async renew(): Promise<void> {
    await this.renewing(() => renewLease(this.em.fork(), this.lease));
  }

  /** The offset that the partition's next record gets if nobody else writes; 0 where none is recorded. */
  end({ topic, partition }: Pick<PartitionEnd, 'topic' | 'partition'>): bigint {
    return this.known.get(key(topic, partition))?.end ?? 0n;
  }

  /**
   * Notes what was published, for the next move of the checkpoint.
   *
   * @returns the records before it that are not recorded as ours
   */
  note(news: readonly Acknowledgement[]): PartitionRange[] {
    const unknown: PartitionRange[] = [];
    for (const entry of news) {
      const { topic, partition, firstOffset, lastOffset } = entry;
      const from = this.end(entry);
      if (from < firstOffset) unknown.push({ topic, partition, from, to: firstOffset });
      // A repetition that the broker recognised is acknowledged with the offsets of the first time.
      const end = lastOffset + 1n > from ? lastOffset + 1n : from;
      this.known.set(key(topic, partition), { topic, partition, end });
      if (end > 0n) this.noted.set(key(topic, partition), { ...entry, lastOffset: end - 1n });
    }
    return unknown;
  }

  /**
   * Moves the checkpoint and records what was noted, together; the lease is renewed with it.
   *
   * @param withheld positions of events that it passes without their having been sent to the events topic
   * @throws LeaseLost also when the checkpoint is no longer as this holder left it; nothing is moved
   */
  async advance(checkpoint: Checkpoint, withheld: readonly bigint[]): Promise<void> {
    const { events, state } = this.current;
    const noted = [...this.noted.values()];
    await this.write(ADVANCE_CHECKPOINT, [
      String(checkpoint.events),
      String(checkpoint.state),
      String(events),
      String(state),
      noted.map(({ topic }) => topic),
      noted.map(({ partition }) => partition),
      noted.map(({ lastOffset }) => String(lastOffset)),
      noted.map(({ lastPosition }) => String(lastPosition)),
      withheld.map(String),
    ]);
    this.current = checkpoint;
    this.noted.clear();
  }

  /**
   * Puts a topic back to the beginning of the log, because what it held is gone.
   *
   * @throws LeaseLost
   */
  async restart(role: keyof Checkpoint): Promise<void> {
    const topic = this.topics[role];
    if (topic === undefined) return;
    await this.write(RESTART_TOPIC[role], [topic]);
    this.current = { ...this.current, [role]: 0n };
    for (const entries of [this.known, this.noted]) {
      for (const [place, entry] of entries) if (entry.topic === topic) entries.delete(place);
    }
  }

  /**
   * Runs a statement that renews the lease.
   *
   * @param sql begins with {@link LOCK_AND_RENEW_LEASE}, has the relay's name as $4 and `parameters` from $5 on, and
   * returns a row if it did what it should
   * @throws LeaseLost also when it returned none
   */
  async write<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const { em, lease, topics } = this;
    return this.renewing(async () => {
      const given = [lease.durationMs / 1_000, topics.events, ...parameters];
      const rows = await sqlUnderLease<Row>(em.fork(), lease, sql, given);
      if (rows.length === 0) throw new LeaseLost(lease.name);
      return rows;
    });
  }

  /** Gives it back, so that another process need not wait for its end. */
  async release(): Promise<void> {
    await releaseLease(this.em.fork(), this.lease);
  }

  private async renewing<T>(work: () => Promise<T>): Promise<T> {
    const endsAt = performance.now() + this.lease.durationMs;
    const result = await work();
    this.endsAt = endsAt;
    return result;
  }
}

/** Where the partitions of the topics end, as far as is recorded. */
async function knownEnds(em: SqlEntityManager, topics: LeasedTopics): Promise<Map<string, PartitionEnd>> {
  const relayed = new RelayedPartitions(em);
  const ends = new Map<string, PartitionEnd>();
  for (const topic of [topics.events, topics.state]) {
    if (topic === undefined) continue;
    for (const { partition, lastOffset } of (await relayed.onKafka(topic)).partitions) {
      ends.set(key(topic, partition), { topic, partition, end: lastOffset + 1n });
    }
  }
  return ends;
}

function key(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}
