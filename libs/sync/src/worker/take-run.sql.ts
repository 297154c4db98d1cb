import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, isFree, type Lease, LEASE_MS, type RunInHand, taking } from '#platform';

import { accountLeaseSql } from '../runs/account-lease.js';

/** A run that is this process's to go on with. */
export interface TakenRun {
  readonly run: RunInHand;
  readonly lease: Lease;
  /** Whether its last holder neither gave it back nor renewed it any more. */
  readonly isTakenOver: boolean;
  /** Whether another one waited, too. */
  readonly hasMore: boolean;
}

/** Runs that are not over, whose account's lease is free, and that are not among those which rest ($3). */
const WAITING = `
  sync_runs run join leases lease on lease.name = ${accountLeaseSql('run.account_id')}
  where run.state in ('queued', 'running') and ${isFree('lease')} and run.id <> all($3::uuid[])`;

/**
 * Takes the run that has waited longest, with the lease of its account. One whose lease is locked is passed over, until
 * the next look: another process is just taking it, or what its last holder sent is still being carried out.
 *
 * SQL, for its `for update skip locked`; runs that are not over are few, and found by the index sync_runs_active.
 *
 * @param owner names the process, for people who look at the table
 * @param resting ids of runs that are not to be taken yet
 * @returns null when none waits
 */
export async function takeRun(
  em: SqlEntityManager,
  owner: string,
  resting: readonly string[],
): Promise<TakenRun | null> {
  const [row] = await boundSql<{
    id: string;
    account_id: string;
    request_id: string | null;
    name: string;
    fencing_token: string;
    was_left: boolean;
    has_more: boolean;
  }>(
    em,
    `with waiting as (
       select run.id, run.account_id, run.request_id, lease.name, lease.owner is not null as was_left from ${WAITING}
       order by run.queued_at limit 1 for update of lease skip locked
     )
     update leases set ${taking('$1', '$2')} from waiting where leases.name = waiting.name
     returning waiting.id, waiting.account_id, waiting.request_id, leases.name, fencing_token, waiting.was_left,
       exists (select from ${WAITING} and run.id <> waiting.id) as has_more`,
    [owner, LEASE_MS / 1_000, resting],
  );
  if (row === undefined) return null;
  const lease = { name: row.name, fencingToken: row.fencing_token, durationMs: LEASE_MS };
  const run = { runId: row.id, accountId: row.account_id, requestId: row.request_id };
  return { run, lease, isTakenOver: row.was_left, hasMore: row.has_more };
}
