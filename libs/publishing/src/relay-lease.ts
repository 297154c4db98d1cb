import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  acquireLease,
  boundSql,
  type Lease,
  LeaseLost,
  LOCK_AND_RENEW_LEASE,
  releaseLease,
  renewLease,
  sqlUnderLease,
} from '#platform';

import { type PartitionEnd, type PartitionRange } from './event-publisher.js';
import { type RelayTopics } from './relay-messages.js';

/** Every event up to here is on the topic. */
export type Checkpoint = Readonly<Record<keyof RelayTopics, bigint>>;

/** What one send put into a partition: nothing where `lastOffset` is before `firstOffset`. */
export interface Publication {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** The log position of the last record; 0: not known. */
  readonly lastPosition: bigint;
}

/**
 * The right to relay, for a while, and the checkpoints that only its holder moves.
 *
 * The database's clock tells others when the lease ends; the holder tells by its own monotonic clock, counted from
 * before it asked, so it always thinks itself out of time first. Whoever meets {@link LeaseLost} must stop
 * sending.
 */
export class RelayLease {
  /** What was noted since the checkpoint was moved; of each partition the last. */
  private readonly noted = new Map<string, Publication>();

  private constructor(
    private readonly em: SqlEntityManager,
    private readonly topics: RelayTopics,
    private readonly lease: Lease,
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
    const lease = await acquireLease(em.fork(), `relay ${name}`, owner, { durationMs, isOwnAgain: true });
    if (lease === null) return null;
    // Read under the lease: what the leader before could still write is there by now.
    await boundSql(em.fork(), 'insert into relays (name) values ($1) on conflict do nothing', [name]);
    const [row] = await boundSql<{ position: string; state_position: string }>(
      em.fork(),
      'select position, state_position from relays where name = $1',
      [name],
    );
    const checkpoint = { events: BigInt(row?.position ?? 0), state: BigInt(row?.state_position ?? 0) };
    const partitions = await boundSql<{ topic: string; partition: number; last_offset: string }>(
      em.fork(),
      'select topic, partition, last_offset from relay_partitions where relay = $1',
      [name],
    );
    const known = partitions.map(({ topic, partition, last_offset }) => {
      return [key(topic, partition), { topic, partition, end: BigInt(last_offset) + 1n }] as const;
    });
    return new RelayLease(em, topics, lease, checkpoint, new Map(known), endsAt);
  }

  get checkpoint(): Checkpoint {
    return this.current;
  }

  /** Of every partition that is known to hold something. */
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

  /** The offset that the partition's next record gets, as far as is known, if nobody else writes. */
  end({ topic, partition }: Pick<PartitionEnd, 'topic' | 'partition'>): bigint {
    return this.known.get(key(topic, partition))?.end ?? 0n;
  }

  /**
   * Notes what was published, for the next move of the checkpoint.
   *
   * @returns what lies before it and is not known
   */
  note(news: readonly Publication[]): PartitionRange[] {
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
   * @throws LeaseLost also when the checkpoint is no longer as this holder left it; nothing is moved
   */
  async advance(checkpoint: Checkpoint): Promise<void> {
    const { events, state } = this.current;
    const noted = [...this.noted.values()];
    await this.move(ADVANCE, [
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
   * Puts a topic back to the log's beginning: what it held is gone.
   *
   * @throws LeaseLost
   */
  async restart(role: keyof RelayTopics): Promise<void> {
    const topic = this.topics[role];
    await this.move(RESTART[role], [topic]);
    this.current = { ...this.current, [role]: 0n };
    for (const entries of [this.known, this.noted]) {
      for (const [place, entry] of entries) if (entry.topic === topic) entries.delete(place);
    }
  }

  /** Gives it back, so that another process need not wait for its end. */
  async release(): Promise<void> {
    await releaseLease(this.em.fork(), this.lease);
  }

  /** @param sql begins with {@link LOCK_AND_RENEW_LEASE}, has the relay's name as $4, and returns a row if it moved it */
  private async move(sql: string, parameters: readonly unknown[]): Promise<void> {
    const { em, lease, topics } = this;
    await this.renewing(async () => {
      const given = [lease.durationMs / 1_000, topics.events, ...parameters];
      const rows = await sqlUnderLease(em.fork(), lease, sql, given);
      if (rows.length === 0) throw new LeaseLost(lease.name);
    });
  }

  private async renewing(work: () => Promise<void>): Promise<void> {
    const endsAt = performance.now() + this.lease.durationMs;
    await work();
    this.endsAt = endsAt;
  }
}

function key(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}

/** One statement, so one round trip, between one send and the next. The update waits for the lease, which it reads. */
const ADVANCE = `
  with lease as materialized (${LOCK_AND_RENEW_LEASE}), moved as (
    update relays set position = $5, state_position = $6 from lease
    where name = $4 and position = $7 and state_position = $8
    returning name
  ), recorded as (
    insert into relay_partitions (relay, topic, partition, last_offset, last_position)
    select moved.name, known.* from moved, unnest($9::text[], $10::int[], $11::bigint[], $12::bigint[]) as known
    on conflict (topic, partition) do update
      set relay = excluded.relay, last_offset = excluded.last_offset,
        last_position = greatest(relay_partitions.last_position, excluded.last_position)
  )
  select 1 from moved`;

const restart = (column: string): string => `
  with lease as materialized (${LOCK_AND_RENEW_LEASE}), moved as (
    update relays set ${column} = 0 from lease where name = $4 returning name
  ), forgotten as (
    delete from relay_partitions using moved where relay = moved.name and topic = $5
  )
  select 1 from moved`;

const RESTART = { events: restart('position'), state: restart('state_position') } as const;
