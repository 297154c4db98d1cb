import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { LIVE_CONTACTS, REBUILT_CONTACTS } from '../projection/contact.entity.js';
import { type RebuildDifferences, type RebuildState } from './rebuild.entity.js';

/** After so long without renewal another process goes on with the rebuild. */
const LEASE_SECONDS = 30;

/** Another process goes on with the rebuild, or it is over. */
export class RebuildLost extends Error {
  override readonly name = 'RebuildLost';

  constructor() {
    super('Another process goes on with the rebuild, or it is over');
  }
}

/** The right to bring one rebuild to its end, for a while. Taking it raises the fencing number, which writes compare. */
export class RebuildLease {
  private constructor(
    private readonly em: SqlEntityManager,
    readonly rebuildId: string,
    private readonly fencing: string,
    /** Where the rebuild stood when it was taken. */
    readonly state: RebuildState,
    readonly cancelRequested: boolean,
  ) {}

  /** How often to renew. */
  static readonly renewMs = (LEASE_SECONDS * 1_000) / 3;

  /** @returns null when there is no rebuild, or another process is at it */
  static async take(em: SqlEntityManager, owner: string): Promise<RebuildLease | null> {
    const [row] = await boundSql<{
      id: string;
      fencing: string;
      state: RebuildState;
      cancel_requested: boolean;
    }>(
      em.fork(),
      `update projection_rebuilds set owner = $2, fencing = fencing + 1, leased_until = ${LEASE_END('$3')},
         started_at = coalesce(started_at, clock_timestamp())
       where id = (
         select id from projection_rebuilds where projection = $1 and finished_at is null
           and (leased_until is null or leased_until <= clock_timestamp()) for update skip locked
       )
       returning id, fencing, state, cancel_requested`,
      [LIVE_CONTACTS.name, owner, LEASE_SECONDS],
    );
    return row === undefined
      ? null
      : new RebuildLease(em, row.id, row.fencing, row.state, row.cancel_requested);
  }

  /**
   * @returns whether the rebuild is to be cancelled
   * @throws RebuildLost
   */
  async renew(): Promise<boolean> {
    const [row] = await boundSql<{ cancel_requested: boolean }>(
      this.em.fork(),
      `update projection_rebuilds set leased_until = ${LEASE_END('$3')}
       where id = $1 and fencing = $2 and finished_at is null returning cancel_requested`,
      [this.rebuildId, this.fencing, LEASE_SECONDS],
    );
    if (row === undefined) throw new RebuildLost();
    return row.cancel_requested;
  }

  /** Lets another process, or this one, go on at once. */
  async release(): Promise<void> {
    await boundSql(
      this.em.fork(),
      `update projection_rebuilds set owner = null, leased_until = null
       where id = $1 and fencing = $2 and finished_at is null`,
      [this.rebuildId, this.fencing],
    );
  }

  /**
   * A transaction that nobody else can take over while it lasts.
   *
   * @throws RebuildLost, and whatever `work` throws; nothing is stored then
   */
  async transaction(work: (tx: SqlEntityManager) => Promise<void>): Promise<void> {
    await this.em.fork().transactional(async (tx) => {
      const rows = await boundSql(
        tx,
        'select 1 from projection_rebuilds where id = $1 and fencing = $2 and finished_at is null for update',
        [this.rebuildId, this.fencing],
      );
      if (rows.length === 0) throw new RebuildLost();
      await work(tx);
    });
  }

  /** Within {@link transaction}, or by itself where nothing else is stored. */
  async moveTo(state: RebuildState, em: SqlEntityManager = this.em.fork()): Promise<void> {
    await boundSql(em, 'update projection_rebuilds set state = $3 where id = $1 and fencing = $2', [
      this.rebuildId,
      this.fencing,
      state,
    ]);
  }

  /** Within {@link transaction}: stores what the rebuild aims at. */
  async aimAt(tx: SqlEntityManager, target: bigint): Promise<void> {
    await boundSql(tx, 'update projection_rebuilds set target = $2 where id = $1', [
      this.rebuildId,
      String(target),
    ]);
  }

  async report(differences: RebuildDifferences): Promise<void> {
    await boundSql(
      this.em.fork(),
      'update projection_rebuilds set differences = $3::jsonb where id = $1 and fencing = $2',
      [this.rebuildId, this.fencing, JSON.stringify(differences)],
    );
  }

  /** Within {@link transaction}: nothing but the outcome is left of the rebuild. */
  async finish(
    tx: SqlEntityManager,
    state: 'succeeded' | 'failed' | 'cancelled',
    error: string | null = null,
  ): Promise<void> {
    // In the order in which a batch takes them.
    await boundSql(tx, 'delete from projection_checkpoints where projection = $1', [REBUILT_CONTACTS.name]);
    await boundSql(tx, `drop table if exists ${REBUILT_CONTACTS.table}`);
    await boundSql(
      tx,
      `update projection_rebuilds set state = $2, error = $3, finished_at = clock_timestamp(), owner = null,
         leased_until = null where id = $1`,
      [this.rebuildId, state, error],
    );
  }
}

const LEASE_END = (seconds: string): string => `clock_timestamp() + make_interval(secs => ${seconds})`;
