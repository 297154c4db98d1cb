import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  boundChanges,
  boundSql,
  changeUnderLease,
  holdLease,
  type HoldOptions,
  isFree,
  type Lease,
  LEASE_MS,
  leaseToRelease,
  LOCK_LEASE,
  renewLease,
  sqlUnderLease,
  taking,
} from '#platform';

import { CONTACTS_REBUILD_TABLE } from '../projection/contact-table.js';
import { LIVE_CONTACTS, REBUILT_CONTACTS } from '../projection/contact-projection.handler.js';
import { type RebuildDifferences, type RebuildState } from './rebuild-requests.js';

/** The rebuild was cancelled before it began, or is over. */
export class RebuildOver extends Error {
  override readonly name = 'RebuildOver';

  constructor() {
    super('The rebuild is over');
  }
}

/** One rebuild in the hands of the process that holds its lease. */
export class RebuildLease {
  private constructor(
    private readonly em: SqlEntityManager,
    readonly rebuildId: string,
    private readonly lease: Lease,
    /** Where the rebuild stood when it was taken. */
    readonly state: RebuildState,
    /** When it was taken. */
    readonly cancelRequested: boolean,
  ) {}

  /** @returns null when there is no rebuild, or another process is at it */
  static async take(em: SqlEntityManager, owner: string): Promise<RebuildLease | null> {
    const [row] = await boundSql<TakenRow>(em.fork(), TAKE, [LIVE_CONTACTS.name, owner, LEASE_MS / 1_000]);
    if (row === undefined) return null;
    const lease = { name: row.name, fencingToken: row.fencing_token, durationMs: LEASE_MS };
    return new RebuildLease(em, row.id, lease, row.state, row.cancel_requested);
  }

  /** Renews the lease while work goes on, and releases it at the end, as {@link holdLease} does. */
  async hold(options: HoldOptions, work: (lost: AbortSignal) => Promise<void>): Promise<void> {
    await holdLease(this.em, this.lease, options, work);
  }

  /** @throws LeaseLost */
  async renew(): Promise<void> {
    await renewLease(this.em.fork(), this.lease);
  }

  /** Whether somebody has asked for its end; one that ended before it was begun has none. */
  async isCancelRequested(): Promise<boolean> {
    const rows = await boundSql(
      this.em.fork(),
      'select 1 from projection_rebuilds where id = $1 and cancel_requested and finished_at is null',
      [this.rebuildId],
    );
    return rows.length > 0;
  }

  /**
   * A transaction that nobody else can take over while it lasts.
   *
   * @throws LeaseLost, RebuildOver, and whatever `work` throws; nothing is stored then
   */
  async transaction(work: (tx: SqlEntityManager) => Promise<void>): Promise<void> {
    await this.em.fork().transactional(async (tx) => {
      await sqlUnderLease(tx, this.lease, LOCK_LEASE);
      const rows = await boundSql(
        tx,
        'select 1 from projection_rebuilds where id = $1 and finished_at is null for update',
        [this.rebuildId],
      );
      if (rows.length === 0) throw new RebuildOver();
      await work(tx);
    });
  }

  /** Within {@link transaction}, or by itself where nothing else is stored. @throws LeaseLost */
  async moveTo(state: RebuildState, em: SqlEntityManager = this.em.fork()): Promise<void> {
    await changeUnderLease(em, this.lease, [
      { sql: 'update projection_rebuilds set state = $2 where id = $1', parameters: [this.rebuildId, state] },
    ]);
  }

  /** Within {@link transaction}: stores what the rebuild aims at. */
  async aimAt(tx: SqlEntityManager, target: bigint): Promise<void> {
    await boundSql(tx, 'update projection_rebuilds set target = $2 where id = $1', [
      this.rebuildId,
      String(target),
    ]);
  }

  /** @throws LeaseLost */
  async report(differences: RebuildDifferences): Promise<void> {
    await changeUnderLease(this.em.fork(), this.lease, [
      {
        sql: 'update projection_rebuilds set differences = $2::jsonb where id = $1',
        parameters: [this.rebuildId, JSON.stringify(differences)],
      },
    ]);
  }

  /** Within {@link transaction}: nothing but the outcome is left of the rebuild, and the lease is free. */
  async finish(
    tx: SqlEntityManager,
    state: 'succeeded' | 'failed' | 'cancelled',
    error: string | null = null,
  ): Promise<void> {
    // In the order in which a batch takes them.
    await boundSql(tx, 'delete from projection_progress where projection = $1', [REBUILT_CONTACTS.name]);
    await boundSql(tx, `drop table if exists ${CONTACTS_REBUILD_TABLE}`);
    await boundChanges(tx, [
      {
        sql: `update projection_rebuilds set state = $2, error = $3, finished_at = clock_timestamp() where id = $1`,
        parameters: [this.rebuildId, state, error],
      },
      leaseToRelease(this.lease),
    ]);
  }
}

interface TakenRow {
  readonly id: string;
  readonly name: string;
  readonly fencing_token: string;
  readonly state: RebuildState;
  readonly cancel_requested: boolean;
}

/** One that is being taken, cancelled or finished right now is locked, and passed over. */
const TAKE = `
  with waiting as (
    select rebuild.id, lease.name from projection_rebuilds rebuild
    join leases lease on lease.name = 'rebuild ' || rebuild.projection
    where rebuild.projection = $1 and rebuild.finished_at is null and ${isFree('lease')}
    for update of rebuild, lease skip locked
  ), taken as (
    update leases set ${taking('$2', '$3')} from waiting where leases.name = waiting.name
    returning fencing_token
  )
  update projection_rebuilds set started_at = coalesce(started_at, clock_timestamp())
  from waiting, taken where projection_rebuilds.id = waiting.id
  returning waiting.id, waiting.name, fencing_token, state, cancel_requested`;
