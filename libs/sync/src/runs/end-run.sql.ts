import { accountsSyncedToAppend, lastAppended } from '#event-store';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Change, changeUnderLeases, leasesToRelease, type Notice, valuesOf } from '#platform';

import { outcomesToCount, SUCCEEDED } from '../figures/count-outcome.sql.js';
import { type Comparison, type PageTiming, timingsOf } from './page-timing.js';
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

/** A run of which all is done but to say so. */
export interface RunEnd extends Pick<RunContext, 'lease' | 'run' | 'list' | 'settings'> {
  /** Of the page that is stored by the same statement, as it is then. */
  readonly lastPage?: () => PageTiming;
  readonly comparison?: Comparison | null;
}

/**
 * The changes that end runs well, each of another account: the run, its list's new sync token, its pages, its lease. They
 * are part of the statement that stores what came last, so that nobody sees the one without the other. Rows by primary
 * keys, those of the lists locked in the order in which all take several of them.
 *
 * @param appended by the same statement, for one run then
 */
export function successfulEnd(ends: readonly RunEnd[], appended: readonly Change[]): Change[] {
  for (const { run } of ends) run.state = run.heldDeletions == null ? 'succeeded' : 'held';
  const runs = valuesOf(ends, 'run');
  const accountIds = valuesOf(runs, 'accountId');
  return [
    {
      sql: `update sync_runs set state = ended.state, held_deletions = ended.held_deletions,
          hold_reason = ended.hold_reason, total_items = ended.total_items, statistics = ended.statistics,
          absences = ended.absences, last_position = ${lastAppended(appended, 'sync_runs.last_position')},
          finished_at = clock_timestamp(), activity = null,
          timings = ${timingsOf('ended.id', 'ended.last_page', 'ended.comparison')}
        from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::int[], $6::jsonb[], $7::jsonb[], $8::jsonb[],
            $9::jsonb[])
          as ended (id, state, held_deletions, hold_reason, total_items, statistics, absences, last_page, comparison)
        where sync_runs.id = ended.id`,
      parameters: [
        valuesOf(runs, 'id'),
        valuesOf(runs, 'state'),
        valuesOf(runs, 'heldDeletions'),
        valuesOf(runs, 'holdReason'),
        valuesOf(runs, 'totalItems'),
        runs.map(({ statistics }) => JSON.stringify(statistics)),
        runs.map(({ absences }) => JSON.stringify(absences)),
        ends.map(({ lastPage }) => (lastPage === undefined ? null : JSON.stringify(lastPage()))),
        ends.map(({ comparison }) => (comparison == null ? null : JSON.stringify(comparison.ages()))),
      ],
    },
    {
      sql: `update sync_lists set sync_token = ended.token, sync_token_request = ended.request,
          sync_token_obtained_at = now(), full_synced_at = case when ended.is_full then now() else full_synced_at end,
          last_outcome = 'succeeded', succeeded_at = clock_timestamp(), failures = 0, ${changedAt('ended.has_changed')},
          ${NO_PROGRESS}
        from (
          select listed.account_id, listed.list, told.*
          from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::bool[])
              as told (of_account, name, token, request, is_full, has_changed)
            join sync_lists listed on listed.account_id = of_account and listed.list = name
          order by listed.account_id for no key update of listed
        ) ended
        where sync_lists.account_id = ended.account_id and sync_lists.list = ended.list`,
      parameters: [
        accountIds,
        valuesOf(runs, 'list'),
        ends.map(({ list }) => list.pendingSyncToken),
        ends.map(({ settings }) => settings.requestFingerprint),
        runs.map(({ mode }) => mode === 'full'),
        runs.map(hasChanged),
      ],
    },
    outcomesToCount(accountIds, SUCCEEDED),
    ...pagesAndLeases(ends),
    // Carried out before the others, as it locks the accounts first.
    accountsSyncedToAppend(accountIds, appended.length === 0 ? null : lastAppended(appended, 'null')),
  ];
}

/** Ends runs well that stored nothing last, each of another account. @throws LeaseLost where one of them lost its lease */
export async function endRuns(em: SqlEntityManager, ends: readonly RunEnd[]): Promise<void> {
  const told = ends.map(({ run }) => runEnded(run));
  await changeUnderLeases(em, valuesOf(ends, 'lease'), successfulEnd(ends, []), told);
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
    ...(failure === null ? [] : [outcomesToCount([run.accountId], failure.code)]),
    ...pagesAndLeases([{ lease, run }]),
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
function pagesAndLeases(ends: readonly Pick<RunContext, 'lease' | 'run'>[]): Change[] {
  return [
    {
      sql: 'delete from sync_run_pages where run_id = any($1::uuid[])',
      parameters: [ends.map(({ run }) => run.id)],
    },
    leasesToRelease(valuesOf(ends, 'lease')),
  ];
}
