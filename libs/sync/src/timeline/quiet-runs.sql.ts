import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, columnsOf, plainRows } from '#platform';

import { type Run, RunEntity } from '../runs/run.entity.js';

/** A time and an id: the place of a run, or of anything else, in a timeline. */
export type Place = readonly [time: string, id: string];

/**
 * SQL of whether a run is one of those that follow one another without end: the schedule asked what changed, and
 * nothing had. Word for word the condition of the index sync_runs_account_events, which holds all others.
 */
const IS_QUIET = `(state = 'succeeded' and trigger = 'scheduled' and mode = 'incremental'
  and statistics @> '{"created":0,"updated":0,"deleted":0,"errors":0}')`;

/** The newest runs of an account that tell something, before a place. */
export async function tellingRuns(
  tx: SqlEntityManager,
  accountId: string,
  before: Place,
  limit: number,
): Promise<Run[]> {
  const rows = await boundSql(
    tx,
    `select ${columnsOf(tx, RunEntity, 'sync_runs')} from sync_runs where account_id = $1 and not ${IS_QUIET} and (queued_at, id) < ($2::timestamptz, $3::uuid)
     order by queued_at desc, id desc limit $4`,
    [accountId, ...before, limit],
  );
  return plainRows(tx, RunEntity, rows);
}

/** What is between two places, without what stands there. */
export interface Gap {
  readonly below: Place;
  readonly above: Place;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Places that everything is between. */
export const NEWEST: Place = ['infinity', NOBODY];
export const OLDEST: Place = ['-infinity', NOBODY];

/** Runs without a change that nothing else stands between. */
export interface QuietRuns {
  /** The number of the gap. */
  readonly gap: number;
  readonly count: number;
  readonly newest: Run;
  readonly oldest: Run;
}

/**
 * Counts the quiet runs in gaps. Between two neighbours of a timeline there are no others, so that the index
 * sync_runs_account_newest alone counts them, without a look at the runs.
 *
 * @returns gaps that have any
 */
export async function quietRuns(
  tx: SqlEntityManager,
  accountId: string,
  gaps: readonly Gap[],
): Promise<QuietRuns[]> {
  const place = (of: (gap: Gap) => Place, part: 0 | 1) => gaps.map((gap) => of(gap)[part]);
  const between = `account_id = $1
    and (queued_at, id) < (gap.below_time, gap.below_id) and (queued_at, id) > (gap.above_time, gap.above_id)`;
  const end = (direction: 'asc' | 'desc'): string => `lateral (
    select to_jsonb(sync_runs) as run from sync_runs where ${between} order by queued_at ${direction}, id ${direction} limit 1)`;
  const rows = await boundSql<{ gap: string; count: string; newest: object; oldest: object }>(
    tx,
    `select gap.number - 1 as gap, counted.count, newest.run as newest, oldest.run as oldest
     from rows from (unnest($2::timestamptz[]), unnest($3::uuid[]), unnest($4::timestamptz[]), unnest($5::uuid[]))
         with ordinality as gap (below_time, below_id, above_time, above_id, number),
       lateral (select count(*) as count from sync_runs where ${between}) counted,
       ${end('desc')} newest, ${end('asc')} oldest
     order by gap.number`,
    [
      accountId,
      place(({ below }) => below, 0),
      place(({ below }) => below, 1),
      place(({ above }) => above, 0),
      place(({ above }) => above, 1),
    ],
  );
  return rows.map(({ gap, count, newest, oldest }) => ({
    gap: Number(gap),
    count: Number(count),
    newest: tx.map(RunEntity, newest),
    oldest: tx.map(RunEntity, oldest),
  }));
}
