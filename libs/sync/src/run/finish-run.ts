import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundChanges, type Change } from '#platform';

import { type Lease, leaseToRelease, underLease } from '../lease/lease.js';
import { goneWithTheList } from '../quarantine/quarantine.js';
import { absentFromList, deletedInGoogle } from './deletions-of-run.js';
import { deleteContacts } from './delete-contacts.js';
import { holdDeletions, holdReason, listFacts, listIsWhole, supersedeHeld } from './held-deletions.js';
import { type RunContext } from './run-context.js';
import { type RunFailure } from './run-failure.js';
import { isOver, type Run } from './run.entity.js';

/**
 * Ends a run whose list is complete: explicit deletions, after a full sync also the absent contacts, unless they have
 * to be held, and last, in the transaction that ends the run, the new sync token. Every step may be repeated, so after
 * a crash the end simply begins again. A run that {@link endsWithItsPages} is over by now.
 *
 * @throws LeaseLost
 */
export async function finishRun(context: RunContext): Promise<void> {
  const { em, lease, run, tally, settings } = context;
  if (isOver(run)) return;
  if (tally.sawTombstones) await deleteContacts(context, await deletedInGoogle(em, run), 'deleted-in-google');
  let held: readonly string[] = [];
  let whole = false;
  if (run.mode === 'full') {
    const absent = await absentFromList(em, run);
    const list = await listFacts(em, run, absent.length);
    run.holdReason = holdReason(list, settings.deletionGuard);
    whole = run.holdReason === null && listIsWhole(list);
    if (run.holdReason === null) await deleteContacts(context, absent, 'absent-from-full-sync');
    else held = absent;
  }
  await underLease(em, lease, async (tx) => {
    if (run.mode === 'full') await supersedeHeld(tx, run.accountId);
    if (held.length > 0) await holdDeletions(tx, run, held);
    run.heldDeletions = held.length > 0 ? held.length : null;
    await succeed(tx, context, whole);
  });
}

/** Whether nothing is left to find out behind the last page: its transaction ends the run, too. */
export function endsWithItsPages({ run, tally }: Pick<RunContext, 'run' | 'tally'>): boolean {
  return run.pendingSyncToken != null && run.mode === 'incremental' && !tally.sawTombstones;
}

/**
 * Ends a run well, its new sync token with it.
 *
 * @param listIsWhole whether whoever the list did not show is gone
 */
export async function succeed(
  tx: SqlEntityManager,
  { lease, run, settings }: RunContext,
  listIsWhole: boolean,
): Promise<void> {
  await endRun(tx, lease, run, run.heldDeletions == null ? 'succeeded' : 'held', run, [
    goneWithTheList(run, listIsWhole),
    {
      sql: `update accounts set sync_token = $2, sync_token_request = $3, sync_token_obtained_at = now(),
          full_synced_at = case when $4 then now() else full_synced_at end
        where id = $1`,
      parameters: [run.accountId, run.pendingSyncToken, settings.requestFingerprint, run.mode === 'full'],
    },
  ]);
}

/**
 * Ends a run without success: what its pages stored stays, the statistics with them, and the account keeps its old sync
 * token.
 */
export async function abandonRun(
  { em, lease, run }: Pick<RunContext, 'em' | 'lease' | 'run'>,
  state: 'failed' | 'cancelled',
  failure: RunFailure | null,
): Promise<void> {
  await underLease(em, lease, async (tx) => {
    run.errorCode = failure?.code ?? null;
    run.errorDetail = failure?.detail ?? null;
    run.retryAfterSeconds = failure?.retryAfterSeconds ?? null;
    const account: Change = {
      sql: `update accounts set next_sync_at = greatest(next_sync_at, now() + make_interval(secs => $2)) where id = $1`,
      parameters: [run.accountId, run.retryAfterSeconds],
    };
    await endRun(tx, lease, run, state, null, run.retryAfterSeconds === null ? [] : [account]);
  });
}

type RunCounts = Pick<Run, 'totalItems' | 'statistics' | 'lastPosition'>;

/**
 * Ends a run and its lease together, so that whoever hears of its end can begin the next one.
 *
 * @param counted what the run's statistics are to say; null: what its pages have stored
 */
async function endRun(
  tx: SqlEntityManager,
  lease: Lease,
  run: Run,
  state: Run['state'],
  counted: RunCounts | null,
  changes: readonly Change[],
): Promise<void> {
  run.state = state;
  await boundChanges(
    tx,
    [
      ...changes,
      { sql: 'delete from sync_run_pages where run_id = $1', parameters: [run.id] },
      {
        sql: `update sync_runs set state = $2, error_code = $3, error_detail = $4, held_deletions = $5, hold_reason = $6,
            retry_after_seconds = $7, next_page_token = null, pending_sync_token = null, sync_token = null,
            total_items = coalesce($8, total_items), statistics = coalesce($9::jsonb, statistics),
            last_position = coalesce($10, last_position), finished_at = clock_timestamp()
          where id = $1`,
        parameters: [
          run.id,
          state,
          run.errorCode ?? null,
          run.errorDetail ?? null,
          run.heldDeletions ?? null,
          run.holdReason ?? null,
          run.retryAfterSeconds ?? null,
          counted?.totalItems ?? null,
          counted === null ? null : JSON.stringify(counted.statistics),
          counted?.lastPosition == null ? null : String(counted.lastPosition),
        ],
      },
      leaseToRelease(lease),
    ],
    { sql: `select pg_notify('contactstream_runs', $1)`, parameters: [run.id] },
  );
}
