import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type Lease, LeaseLost, LOCK_LEASE, sqlUnderLease } from '#platform';
import { type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';

/**
 * Lets the pages of a run begin anew. SQL, because the time of the epoch has to be the one at which the lease was
 * locked; rows by their primary keys.
 *
 * @param run, @param list as they are to be from now on
 * @returns when the epoch began
 * @throws LeaseLost
 */
export async function beginEpoch(
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  list: SyncList,
): Promise<Date> {
  const [row] = await sqlUnderLease<{ now: string }>(
    em,
    lease,
    `with lease as materialized (${LOCK_LEASE}),
       run as (update sync_runs set mode = $4, fallback_reason = $5 from lease where id = $3)
     update sync_lists set epoch = $8, epoch_started_at = lease.now, next_page_token = null
     from lease where account_id = $6 and list = $7 returning lease.now`,
    [run.id, run.mode, run.fallbackReason ?? null, run.accountId, run.list, list.epoch],
  );
  if (row === undefined) throw new LeaseLost(lease.name);
  return new Date(row.now);
}
