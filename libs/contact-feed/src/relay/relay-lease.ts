import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Another process leads, or may lead, this relay: whoever sees this must stop sending. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The last message that a partition acknowledged, as the read side needs it. */
export interface RelayedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly lastOffset: bigint;
  readonly lastPosition: bigint;
}

/**
 * The right to relay, for a while, and the checkpoint that only its holder moves.
 *
 * The database's clock tells others when the lease ends; the holder tells by its own monotonic clock, counted from
 * before it asked, so it always thinks itself out of time first. Taking over raises the fencing number, and every
 * write compares it.
 */
export class RelayLease {
  private endsAt: number;
  private checkpoint: bigint;

  private constructor(
    private readonly em: SqlEntityManager,
    private readonly name: string,
    private readonly fencing: string,
    private readonly durationMs: number,
    position: bigint,
    askedAt: number,
  ) {
    this.checkpoint = position;
    this.endsAt = askedAt + durationMs;
  }

  /** @returns null while another process holds it */
  static async acquire(
    em: SqlEntityManager,
    name: string,
    owner: string,
    durationMs: number,
  ): Promise<RelayLease | null> {
    const askedAt = performance.now();
    await boundSql(em.fork(), 'insert into relays (name) values ($1) on conflict do nothing', [name]);
    const [row] = await boundSql<{ fencing: string; position: string }>(
      em.fork(),
      `update relays set owner = $2, fencing = fencing + 1, leased_until = ${LEASE_END('$3')}
       where name = $1 and (owner is null or owner = $2 or leased_until < clock_timestamp())
       returning fencing, position`,
      [name, owner, durationMs],
    );
    return row === undefined
      ? null
      : new RelayLease(em, name, row.fencing, durationMs, BigInt(row.position), askedAt);
  }

  /** Every event up to here is published. */
  get position(): bigint {
    return this.checkpoint;
  }

  /** How long nobody else can hold the lease; below 0 once somebody may. */
  get remainingMs(): number {
    return this.endsAt - performance.now();
  }

  /** @throws LeaseLost */
  async renew(): Promise<void> {
    const askedAt = performance.now();
    const rows = await boundSql(
      this.em.fork(),
      `update relays set leased_until = ${LEASE_END('$3')} where name = $1 and fencing = $2 and owner is not null returning 1`,
      [this.name, this.fencing, this.durationMs],
    );
    if (rows.length === 0) throw new LeaseLost(`Another process relays ${this.name}`);
    this.endsAt = askedAt + this.durationMs;
  }

  /**
   * Moves the checkpoint and records what was acknowledged, together; the lease is renewed with it.
   *
   * @throws LeaseLost when the row is no longer as this holder left it; nothing is moved
   */
  async advance(position: bigint, partitions: readonly RelayedPartition[]): Promise<void> {
    const askedAt = performance.now();
    await this.em.fork().transactional(async (tem) => {
      const rows = await boundSql(
        tem,
        `update relays set position = $4, leased_until = ${LEASE_END('$3')}
         where name = $1 and fencing = $2 and owner is not null and position = $5 returning 1`,
        [this.name, this.fencing, this.durationMs, String(position), String(this.checkpoint)],
      );
      if (rows.length === 0) throw new LeaseLost(`Another process relays ${this.name}`);
      await boundSql(tem, RECORD_PARTITIONS, [
        this.name,
        partitions.map(({ topic }) => topic),
        partitions.map(({ partition }) => partition),
        partitions.map(({ lastOffset }) => String(lastOffset)),
        partitions.map(({ lastPosition }) => String(lastPosition)),
      ]);
    });
    this.checkpoint = position;
    this.endsAt = askedAt + this.durationMs;
  }

  /** Gives it back, so that another process need not wait for its end. */
  async release(): Promise<void> {
    await boundSql(
      this.em.fork(),
      'update relays set owner = null, leased_until = null where name = $1 and fencing = $2',
      [this.name, this.fencing],
    );
  }
}

const LEASE_END = (milliseconds: string): string =>
  `clock_timestamp() + ${milliseconds} * interval '1 millisecond'`;

const RECORD_PARTITIONS = `
  insert into relay_partitions (relay, topic, partition, last_offset, last_position)
  select $1, * from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[])
  on conflict (topic, partition) do update
    set relay = excluded.relay, last_offset = excluded.last_offset, last_position = excluded.last_position`;
