import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Account } from '../accounts/account.entity.js';
import { type Lease, underLease } from '../lease/lease.js';
import { RunCancelled } from './run-cancelled.js';
import { type Run } from './run.entity.js';

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

/** Makes a queued run a running one. @throws RunCancelled when it is not queued any more, LeaseLost */
export async function beginRun(
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  account: Account,
  requestFingerprint: string,
): Promise<void> {
  chooseMode(run, account, requestFingerprint);
  run.state = 'running';
  await underLease(em, lease, async (tx, now) => {
    run.startedAt = new Date(now);
    run.epochStartedAt = new Date(now);
    const rows = await boundSql(
      tx,
      `update sync_runs set state = 'running', mode = $2, fallback_reason = $3, sync_token = $4, started_at = $5,
         epoch_started_at = $5
       where id = $1 and state = 'queued' returning 1`,
      [run.id, run.mode, run.fallbackReason ?? null, run.syncToken ?? null, now],
    );
    if (rows.length === 0) throw new RunCancelled();
  });
}
