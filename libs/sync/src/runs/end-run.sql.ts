import { accountSyncedToAppend, lastAppended } from '#event-store';
import { type Change, leaseToRelease, type Notice } from '#platform';

import { outcomeToCount, SUCCEEDED } from '../figures/count-outcome.sql.js';
import { type ComparisonAges, type PageTiming, timingsOf } from './page-timing.js';
import { type RunContext } from './run-context.js';
import { type Run } from './run.entity.js';

/** Why a run failed: a code for programs, a sentence for people on what happened and what to do. */
export interface RunFailure {
  readonly code: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
  /** Trying again cannot help. */
  readonly isFinal?: boolean;
}

/** Whether nothing is left to find out behind the last page: its statement ends the run, too. */
export function endsWithItsPages({ run, list, tally }: Pick<RunContext, 'run' | 'list' | 'tally'>): boolean {
  return list.pendingSyncToken != null && run.mode === 'incremental' && !tally.sawTombstones;
}

/**
 * The changes that end a run well: the run, its list's new sync token, its pages, its lease. They are part of the
 * statement that stores what came last, so that nobody sees the one without the other. Rows by primary keys.
 *
 * @param appended by the same statement
 * @param timed `lastPage`: stored by the same statement
 */
export function successfulEnd(
  { lease, run, list, settings }: RunContext,
  appended: readonly Change[],
  timed: { readonly lastPage?: PageTiming; readonly comparison?: ComparisonAges | null } = {},
): Change[] {
  run.state = run.heldDeletions == null ? 'succeeded' : 'held';
  return [
    {
      sql: `update sync_runs set state = $2, held_deletions = $3, hold_reason = $4, total_items = $5,
          statistics = $6::jsonb, absences = $7::jsonb,
          last_position = ${lastAppended(appended, 'last_position')}, finished_at = clock_timestamp(),
          activity = null, timings = ${timingsOf('$1', '$8', '$9')}
        where id = $1`,
      parameters: [
        run.id,
        run.state,
        run.heldDeletions,
        run.holdReason,
        run.totalItems,
        JSON.stringify(run.statistics),
        JSON.stringify(run.absences),
        timed.lastPage === undefined ? null : JSON.stringify(timed.lastPage),
        timed.comparison == null ? null : JSON.stringify(timed.comparison),
      ],
    },
    {
      sql: `update sync_lists set sync_token = $3, sync_token_request = $4, sync_token_obtained_at = now(),
          full_synced_at = case when $5 then now() else full_synced_at end, last_outcome = 'succeeded',
          succeeded_at = clock_timestamp(), failures = 0, ${changedAt('$6')}, ${NO_PROGRESS}
        where account_id = $1 and list = $2`,
      parameters: [
        run.accountId,
        run.list,
        list.pendingSyncToken,
        settings.requestFingerprint,
        run.mode === 'full',
        hasChanged(run),
      ],
    },
    outcomeToCount(run.accountId, SUCCEEDED),
    ...pagesAndLease(lease, run),
    // Carried out before the others, as it locks the account first.
    accountSyncedToAppend(run.accountId, appended.length === 0 ? null : lastAppended(appended, 'null')),
  ];
}

/**
 * The changes that end a run without success: what its pages stored stays, the statistics with them, and the list keeps
 * its old sync token.
 *
 * @param failure null where it was cancelled
 * @param pauseSeconds before the schedule asks again, at least; Google may have asked for more
 */
export function unsuccessfulEnd(
  { lease, run }: Pick<RunContext, 'lease' | 'run'>,
  state: 'failed' | 'cancelled',
  failure: RunFailure | null,
  pauseSeconds: number,
): Change[] {
  return [
    {
      sql: `update sync_runs set state = $2, error_code = $3, error_detail = $4, retry_after_seconds = $5,
          finished_at = clock_timestamp(), activity = null, timings = ${timingsOf('$1', '$6', '$7')}
        where id = $1`,
      parameters: [
        run.id,
        state,
        failure?.code ?? null,
        failure?.detail ?? null,
        failure?.retryAfterSeconds ?? null,
        null,
        null,
      ],
    },
    {
      sql: `update sync_lists set ${NO_PROGRESS},
          last_outcome = $4,
          failures = case when $4 = 'failed' then failures + 1 else 0 end, failure_is_final = $5,
          next_sync_at = case when next_sync_at is not null
            then greatest(next_sync_at, now() + make_interval(secs => $3)) end, ${changedAt('$6')}
        where account_id = $1 and list = $2`,
      parameters: [
        run.accountId,
        run.list,
        Math.max(pauseSeconds, failure?.retryAfterSeconds ?? 0),
        state,
        failure?.isFinal ?? false,
        hasChanged(run),
      ],
    },
    ...(failure === null ? [] : [outcomeToCount(run.accountId, failure.code)]),
    ...pagesAndLease(lease, run),
  ];
}

/** Tells whoever waits for the run. */
export function runEnded(run: Run): Notice {
  return { channel: 'contactstream_runs', payload: run.id };
}

function hasChanged({ statistics: { created, updated, deleted } }: Pick<Run, 'statistics'>): boolean {
  return created + updated + deleted > 0;
}

/** By it the schedule knows how often to look. @param changed SQL */
const changedAt = (changed: string): string =>
  `changed_at = case when ${changed} then now() else changed_at end`;

const NO_PROGRESS = 'next_page_token = null, pending_sync_token = null';

/** A run and its lease end together, so that whoever hears of its end can begin the next one. */
function pagesAndLease(lease: RunContext['lease'], run: Run): Change[] {
  return [
    { sql: 'delete from sync_run_pages where run_id = $1', parameters: [run.id] },
    leaseToRelease(lease),
  ];
}
