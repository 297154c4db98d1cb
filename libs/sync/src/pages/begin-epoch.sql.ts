import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Lease, LeaseLost, LOCK_LEASE } from '../runs/lease.js';
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
  const [row] = await boundSql<{ now: string }>(
    em,
    `with lease as (${LOCK_LEASE}),
       run as (update sync_runs set mode = $4, fallback_reason = $5 from lease where id = $3)
     update sync_lists set epoch = $7, epoch_started_at = lease.now, next_page_token = null
     from lease where account_id = $1 and list = $6 returning lease.now`,
    [
      lease.accountId,
      lease.fencingToken,
      run.id,
      run.mode,
      run.fallbackReason ?? null,
      list.list,
      list.epoch,
    ],
  );
  if (row === undefined) throw new LeaseLost(lease.accountId);
  return new Date(row.now);
}
