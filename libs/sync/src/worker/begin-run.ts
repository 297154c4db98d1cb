import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Lease, LOCK_LEASE, renewLease, sqlUnderLease } from '#platform';

import { type Account } from '#accounts';
import { RunCancelled } from '../runs/run-cancelled.js';
import { type Run } from '../runs/run.entity.js';

/** Decides how a queued run asks, from what the account's sync token is good for. @param run is moved on */
export function chooseMode(run: Run, account: Account, requestFingerprint: string): void {
  run.mode = 'full';
  if (run.requestedMode === 'full') return;
  if (account.syncToken == null) run.fallbackReason = 'no-sync-token';
  else if (account.syncTokenRequest !== requestFingerprint) run.fallbackReason = 'request-changed';
  else {
    run.mode = 'incremental';
    run.syncToken = account.syncToken;
  }
}

/** Makes a queued run a running one, in the mode chosen. @throws RunCancelled when it is not queued any more, LeaseLost */
export async function beginRun(em: SqlEntityManager, lease: Lease, run: Run): Promise<void> {
  run.state = 'running';
  const [row] = await sqlUnderLease<{ now: string }>(
    em,
    lease,
    `with lease as materialized (${LOCK_LEASE})
     update sync_runs set state = 'running', mode = $4, fallback_reason = $5, sync_token = $6, started_at = lease.now,
       epoch_started_at = lease.now
     from lease where id = $3 and state = 'queued' returning lease.now`,
    [run.id, run.mode, run.fallbackReason ?? null, run.syncToken ?? null],
  );
  if (row === undefined) {
    await renewLease(em, lease);
    throw new RunCancelled();
  }
  run.startedAt = new Date(row.now);
  run.epochStartedAt = run.startedAt;
}
