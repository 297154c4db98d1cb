import { lastAppended } from '#event-store';
import { type Change, changeUnderLease, type Lease, leaseToRelease, type Notice } from '#platform';

import { goneWithTheList } from '../quarantine/quarantine.js';
import { absentFromList, deletedInGoogle } from '../deletions/deletions-of-run.js';
import { deleteContacts } from '../deletions/delete-contacts.js';
import { heldToReplace, holdReason, listFacts, listIsWhole } from '../deletions/held-deletions.js';
import { type RunContext } from '../runs/run-context.js';
import { type RunFailure } from './run-failure.js';
import { isOver, type Run } from '../runs/run.entity.js';

/**
 * Ends a run whose list is complete: explicit deletions, after a full sync also the absent contacts, unless they have
 * to be held, and last, in the statement that ends the run, the new sync token. Every step may be repeated, so after
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
  run.heldDeletions = held.length > 0 ? held.length : null;
  await changeUnderLease(
    em,
    lease,
    [
      ...successfulEnd(context, []),
      goneWithTheList(run, whole),
      ...(run.mode === 'full' ? heldToReplace(run, held) : []),
    ],
    [runEnded(run)],
  );
}

/** Whether nothing is left to find out behind the last page: its statement ends the run, too. */
export function endsWithItsPages({ run, tally }: Pick<RunContext, 'run' | 'tally'>): boolean {
  return run.pendingSyncToken != null && run.mode === 'incremental' && !tally.sawTombstones;
}

/** Ends a run well, its new sync token with it. @param appended by the same statement */
export function successfulEnd({ lease, run, settings }: RunContext, appended: readonly Change[]): Change[] {
  run.state = run.heldDeletions == null ? 'succeeded' : 'held';
  return [
    {
      sql: `update sync_runs set state = $2, held_deletions = $3, hold_reason = $4, total_items = $5,
          statistics = $6::jsonb, last_position = ${lastAppended(appended, 'last_position')}, ${RUN_OVER}
        where id = $1`,
      parameters: [
        run.id,
        run.state,
        run.heldDeletions,
        run.holdReason,
        run.totalItems,
        JSON.stringify(run.statistics),
      ],
    },
    {
      sql: `update accounts set sync_token = $2, sync_token_request = $3, sync_token_obtained_at = now(),
          full_synced_at = case when $4 then now() else full_synced_at end
        where id = $1`,
      parameters: [run.accountId, run.pendingSyncToken, settings.requestFingerprint, run.mode === 'full'],
    },
    ...endOfRun(lease, run),
  ];
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
  const changes: Change[] = [
    {
      sql: `update sync_runs set state = $2, error_code = $3, error_detail = $4, retry_after_seconds = $5, ${RUN_OVER}
        where id = $1`,
      parameters: [
        run.id,
        state,
        failure?.code ?? null,
        failure?.detail ?? null,
        failure?.retryAfterSeconds ?? null,
      ],
    },
    ...endOfRun(lease, run),
  ];
  if (failure?.retryAfterSeconds != null) {
    changes.push({
      sql: `update accounts set next_sync_at = greatest(next_sync_at, now() + make_interval(secs => $2)) where id = $1`,
      parameters: [run.accountId, failure.retryAfterSeconds],
    });
  }
  await changeUnderLease(em, lease, changes, [runEnded(run)]);
}

const RUN_OVER = `next_page_token = null, pending_sync_token = null, sync_token = null, finished_at = clock_timestamp()`;

/** A run and its lease end together, so that whoever hears of its end can begin the next one. */
function endOfRun(lease: Lease, run: Run): Change[] {
  return [
    { sql: 'delete from sync_run_pages where run_id = $1', parameters: [run.id] },
    leaseToRelease(lease),
  ];
}

/** Tells whoever waits for the run. */
export function runEnded(run: Run): Notice {
  return { channel: 'contactstream_runs', payload: run.id };
}
