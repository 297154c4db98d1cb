import { LockMode, raw, type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  boundChanges,
  boundSql,
  changeUnderLease,
  holdLease,
  type HoldOptions,
  type Lease,
  LEASE_MS,
  leasesToRelease,
  LOCK_LEASE,
  renewLease,
  sqlUnderLease,
} from '#platform';

import { CheckpointEntity } from '../projection/checkpoint.entity.js';
import { REBUILT_CONTACTS } from '../projection/contact.entity.js';
import {
  REBUILD_LEASE,
  type RebuildDifferences,
  RebuildEntity,
  type RebuildState,
} from './rebuild.entity.js';
import { takeRebuild } from './take-rebuild.sql.js';

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
    const taken = await takeRebuild(em.fork(), owner);
    if (taken === undefined) return null;
    const lease = { name: REBUILD_LEASE, fencingToken: taken.fencing_token, durationMs: LEASE_MS };
    return new RebuildLease(em, taken.id, lease, taken.state, taken.cancel_requested);
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
    const asked = { id: this.rebuildId, cancelRequested: true, finishedAt: null };
    return (await this.em.fork().count(RebuildEntity, asked)) > 0;
  }

  /**
   * A transaction that nobody else can take over while it lasts.
   *
   * @throws LeaseLost, RebuildOver, and whatever `work` throws; nothing is stored then
   */
  async transaction(work: (tx: SqlEntityManager) => Promise<void>): Promise<void> {
    await this.em.fork().transactional(async (tx) => {
      await sqlUnderLease(tx, this.lease, LOCK_LEASE);
      const going = await tx.findOne(
        RebuildEntity,
        { id: this.rebuildId, finishedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (going === null) throw new RebuildOver();
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
    await tx.nativeUpdate(RebuildEntity, { id: this.rebuildId }, { target });
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
    await tx.nativeDelete(CheckpointEntity, { projection: REBUILT_CONTACTS.name });
    await boundSql(tx, `drop table if exists ${REBUILT_CONTACTS.table}`);
    const finishedAt = raw('clock_timestamp()');
    await tx.nativeUpdate(RebuildEntity, { id: this.rebuildId }, { state, error, finishedAt });
    await boundChanges(tx, [leasesToRelease([this.lease])]);
  }
}
