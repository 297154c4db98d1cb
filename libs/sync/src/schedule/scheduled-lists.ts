import { type Account, SyncSchedules } from '#accounts';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Moves an account's next syncs when its interval changes. */
export class ScheduledLists extends SyncSchedules {
  /** @param intervalMs of accounts that have none of their own; null: nothing is scheduled for them */
  constructor(private readonly intervalMs: number | null) {
    super();
  }

  /** A shorter interval counts from now on, a longer one from the next sync. One statement; rows by the primary key. */
  async intervalChanged(tx: SqlEntityManager, { id, syncIntervalMs }: Account): Promise<void> {
    const intervalMs = syncIntervalMs ?? this.intervalMs;
    if (intervalMs === null) return;
    await boundSql(
      tx,
      `update sync_lists set next_sync_at = least(next_sync_at, now() + make_interval(secs => $2::bigint / 1000.0))
       where account_id = $1 and next_sync_at is not null`,
      [id, intervalMs],
    );
  }
}
