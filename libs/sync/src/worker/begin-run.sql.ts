import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type Lease, LOCK_LEASE, renewLease, sqlUnderLease } from '#platform';
import { RunCancelled } from '../runs/run-cancelled.js';
import { type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';

/**
 * Makes a queued run a running one, in the mode chosen, and lets its list begin. SQL, because the run begins at the time
 * at which the lease was locked; rows by their primary keys.
 *
 * @throws RunCancelled when it is not queued any more, LeaseLost
 */
export async function beginRun(em: SqlEntityManager, lease: Lease, run: Run, list: SyncList): Promise<void> {
  run.state = 'running';
  const [row] = await sqlUnderLease<{ now: string }>(
    em,
    lease,
    `with lease as materialized (${LOCK_LEASE}),
       run as (
         update sync_runs set state = 'running', mode = $4, fallback_reason = $5, started_at = lease.now
         from lease where id = $3 and state = 'queued' returning list, lease.now
       )
     update sync_lists set epoch = 1, epoch_started_at = run.now, next_page_token = null, pending_sync_token = null
     from run where account_id = $6 and sync_lists.list = run.list returning run.now`,
    [run.id, run.mode, run.fallbackReason ?? null, run.accountId],
  );
  if (row === undefined) {
    await renewLease(em, lease);
    throw new RunCancelled();
  }
  run.startedAt = new Date(row.now);
  list.epochStartedAt = run.startedAt;
}
