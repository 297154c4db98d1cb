import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Lease, LEASE_SECONDS } from '../runs/lease.js';

/** A run that is this process's to go on with. */
export interface TakenRun {
  readonly runId: string;
  readonly lease: Lease;
  /** Whether another one waited, too. */
  readonly hasMore: boolean;
}

/** Runs that are not over and whose account's lease is free. */
const WAITING = `
  sync_runs run join sync_leases lease on lease.account_id = run.account_id
  where run.state in ('queued', 'running') and lease.expires_at <= clock_timestamp()`;

/**
 * Takes the run that has waited longest, with the lease of its account. One whose lease is locked is passed over, until
 * the next look: another process is just taking it, or what its last holder sent is still being carried out.
 *
 * SQL, for its `for update skip locked`; runs that are not over are few, and found by the index sync_runs_active.
 *
 * @param owner names the process, for people who look at the table
 * @returns null when none waits
 */
export async function takeRun(em: SqlEntityManager, owner: string): Promise<TakenRun | null> {
  const [row] = await boundSql<{ id: string; account_id: string; fencing_token: string; has_more: boolean }>(
    em,
    `with waiting as (
       select run.id, run.account_id from ${WAITING}
       order by run.queued_at limit 1 for update of lease skip locked
     )
     update sync_leases taken set owner = $1, fencing_token = fencing_token + 1,
       expires_at = clock_timestamp() + make_interval(secs => $2)
     from waiting where taken.account_id = waiting.account_id
     returning waiting.id, taken.account_id, fencing_token,
       exists (select from ${WAITING} and run.id <> waiting.id) as has_more`,
    [owner, LEASE_SECONDS],
  );
  if (row === undefined) return null;
  const lease = { accountId: row.account_id, fencingToken: row.fencing_token };
  return { runId: row.id, lease, hasMore: row.has_more };
}
