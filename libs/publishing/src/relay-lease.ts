import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { ADVANCE_CHECKPOINT } from './advance-checkpoint.sql.js';
import { type Acknowledgement, type PartitionEnd, type PartitionRange } from './event-publisher.js';
import { IS_HOLDER, LEASE_END } from './relay-lease.sql.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';
import { RelayedPartitions } from './relayed-partitions.js';
import { RESTART_TOPIC } from './restart-topic.sql.js';

/** Another process leads, or may lead, this relay: whoever sees this must stop sending. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * The right to relay, for a while, and the checkpoints that only its holder moves.
 *
 * The database's clock tells others when the lease ends; the holder tells by its own monotonic clock, counted from
 * before it asked, so it always thinks itself out of time first. Taking over raises the fencing number, and every
 * write compares it.
 */
export class RelayLease {
  /** The last note of each partition since the checkpoint was moved. */
  private readonly noted = new Map<string, Acknowledgement>();

  private constructor(
    private readonly em: SqlEntityManager,
    private readonly topics: RelayTopics,
    private readonly fencing: string,
    private readonly durationMs: number,
    private current: Checkpoint,
    private readonly known: Map<string, PartitionEnd>,
    private endsAt: number,
  ) {}

  /** @returns null while another process holds it */
  static async acquire(
    em: SqlEntityManager,
    topics: RelayTopics,
    owner: string,
    durationMs: number,
  ): Promise<RelayLease | null> {
    const endsAt = performance.now() + durationMs;
    const name = topics.events;
    await boundSql(em.fork(), 'insert into relays (name) values ($1) on conflict do nothing', [name]);
    const [row] = await boundSql<{ fencing: string; position: string; state_position: string }>(
      em.fork(),
      `update relays set owner = $2, fencing = fencing + 1, leased_until = ${LEASE_END('$3')}
       where name = $1 and (owner is null or owner = $2 or leased_until < clock_timestamp())
       returning fencing, position, state_position`,
      [name, owner, durationMs],
    );
    if (row === undefined) return null;
    const checkpoint = { events: BigInt(row.position), state: BigInt(row.state_position) };
    const known = await knownEnds(em, topics);
    return new RelayLease(em, topics, row.fencing, durationMs, checkpoint, known, endsAt);
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
    await this.hold(`update relays set leased_until = ${LEASE_END('$3')} where ${IS_HOLDER} returning 1`);
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
   * @throws LeaseLost when the row is no longer as this holder left it; nothing is moved
   */
  async advance(checkpoint: Checkpoint): Promise<void> {
    const { events, state } = this.current;
    const noted = [...this.noted.values()];
    await this.hold(ADVANCE_CHECKPOINT, [
      String(checkpoint.events),
      String(checkpoint.state),
      String(events),
      String(state),
      noted.map(({ topic }) => topic),
      noted.map(({ partition }) => partition),
      noted.map(({ lastOffset }) => String(lastOffset)),
      noted.map(({ lastPosition }) => String(lastPosition)),
    ]);
    this.current = checkpoint;
    this.noted.clear();
  }

  /**
   * Puts a topic back to the beginning of the log, because what it held is gone.
   *
   * @throws LeaseLost
   */
  async restart(role: keyof RelayTopics): Promise<void> {
    const topic = this.topics[role];
    await this.hold(RESTART_TOPIC[role], [topic]);
    this.current = { ...this.current, [role]: 0n };
    for (const entries of [this.known, this.noted]) {
      for (const [place, entry] of entries) if (entry.topic === topic) entries.delete(place);
    }
  }

  /** Gives it back, so that another process need not wait for its end. */
  async release(): Promise<void> {
    await boundSql(
      this.em.fork(),
      'update relays set owner = null, leased_until = null where name = $1 and fencing = $2',
      [this.topics.events, this.fencing],
    );
  }

  /** @param sql returns a row if this is the holder; $1 to $3 are name, fencing number and duration */
  private async hold(sql: string, parameters: readonly unknown[] = []): Promise<void> {
    const endsAt = performance.now() + this.durationMs;
    const name = this.topics.events;
    const rows = await boundSql(this.em.fork(), sql, [name, this.fencing, this.durationMs, ...parameters]);
    if (rows.length === 0) throw new LeaseLost(`Another process relays ${name}`);
    this.endsAt = endsAt;
  }
}

/** Where the partitions of the topics end, as far as is recorded. */
async function knownEnds(em: SqlEntityManager, topics: RelayTopics): Promise<Map<string, PartitionEnd>> {
  const relayed = new RelayedPartitions(em);
  const ends = new Map<string, PartitionEnd>();
  for (const topic of [topics.events, topics.state]) {
    for (const { partition, lastOffset } of (await relayed.of(topic)).partitions) {
      ends.set(key(topic, partition), { topic, partition, end: lastOffset + 1n });
    }
  }
  return ends;
}

function key(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}
