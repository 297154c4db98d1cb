import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, isFree, type Lease, LEASE_MS, taking } from '#platform';

import { accountLeaseSql } from '../runs/account-lease.js';
import { EXECUTED_ROW, type ExecutedRow, executedRows, type RunToExecute } from '../runs/read-run.sql.js';
import { type ListName } from '../runs/sync-list.entity.js';
import { chosenMode } from './chosen-mode.sql.js';
import { type Room } from './places.js';

/** A run that is this process's to go on with. */
export interface TakenRun extends RunToExecute {
  readonly lease: Lease;
  /** Whether its last holder neither gave it back nor renewed it any more. */
  readonly isTakenOver: boolean;
}

export interface RunsToTake extends Room {
  /** Names the process, for people who look at the table. */
  readonly owner: string;
  /** Ids of runs that are not to be taken yet. */
  readonly resting: readonly string[];
  /** Of the request parameters of each list. */
  readonly fingerprints: Readonly<Record<ListName, string>>;
}

/** What people asked for comes before what the schedule did. */
const FIRST = `run.trigger = 'scheduled', run.queued_at`;

/**
 * Runs that are not over, in the order in which they are taken: few, by the index sync_runs_active.
 *
 * @param resting a parameter: ids of runs that do not count
 */
const inOrder = (resting: string, and = ''): string =>
  `(select id, account_id, list, requested_mode, trigger, queued_at from sync_runs run
    where state in ('queued', 'running') and id <> all(${resting}::uuid[])${and}
    order by ${FIRST}) run`;
const LEASE = `from leases lease where lease.name = ${accountLeaseSql('run.account_id')} and ${isFree('lease')}`;

const CHOSEN = chosenMode(
  'run.requested_mode',
  { token: 'listed.sync_token', tokenRequest: 'listed.sync_token_request' },
  '($5::jsonb ->> run.list)',
);

/** Of these no more are taken than there is room for; the others keep their turn. */
const IS_LONG = `(run.trigger = 'scheduled' and ${CHOSEN.mode} = 'full')`;

/**
 * The first part locks the leases of runs that are not over, where they are free: of one run after the other, until there
 * are enough. What is read beside them is older than the locks; it holds where nobody had the lease in between, so a lease
 * counts only under the fencing token that the statement saw as it began. Of the others somebody will tell, who gives the
 * lease back.
 *
 * A queued run begins here. Its row is seen as it is by now, so that one cancelled meanwhile begins no more.
 */
const TAKE = `
  with waiting as materialized (
    select run.id, run.queued_at, lease.name, lease.fencing_token, lease.was_left
    from ${inOrder(
      '$3',
      ` and ($6::int > 0 or trigger <> 'scheduled' or exists (
          select from sync_lists listed
          where listed.account_id = run.account_id and listed.list = run.list and ${CHOSEN.mode} <> 'full'))`,
    )} cross join lateral (
      select name, fencing_token, owner is not null as was_left ${LEASE} for update skip locked
    ) lease
    limit $4
  ), fresh as materialized (
    select * from (
      select waiting.*, run.state, ${IS_LONG} as is_long,
        row_number() over (partition by ${IS_LONG} order by ${FIRST}) as place,
        ${CHOSEN.mode} as mode, ${CHOSEN.fallbackReason} as fallback_reason, ${EXECUTED_ROW}
      from waiting
        join sync_runs run using (id)
        join sync_lists listed using (account_id, list)
        join accounts account on account.id = run.account_id
      where fencing_token = (select seen.fencing_token from leases seen where seen.name = waiting.name)
    ) mine where place <= $6 or not is_long
  ), begun as (
    update sync_runs set state = 'running', mode = fresh.mode, fallback_reason = fresh.fallback_reason,
      started_at = date_trunc('milliseconds', clock_timestamp())
    from fresh where sync_runs.id = fresh.id and sync_runs.state = 'queued'
    returning sync_runs.id, to_jsonb(sync_runs) as run
  ), taken as (
    update leases set ${taking('$1', '$2')}
    from fresh where leases.name = fresh.name
      and (fresh.state = 'running' or exists (select from begun where begun.id = fresh.id))
    returning leases.name, leases.fencing_token
  )
  select name, taken.fencing_token, was_left, begun.id is not null as is_new,
    coalesce(begun.run, fresh.run) as run, list, account
  from taken join fresh using (name) left join begun on begun.id = fresh.id
  order by queued_at`;

/**
 * Takes the runs that have waited longest, those that people asked for first, each with the lease of its account and all
 * that it is carried out by, and begins those that were queued. One whose lease is locked is passed over, until the next
 * look: another process is just taking it, or what its last holder sent is still being carried out.
 *
 * SQL, for its `for update skip locked`; runs that are not over are few, and found by the index sync_runs_active.
 */
export async function takeRuns(
  em: SqlEntityManager,
  { atMost, fullAtMost, owner, resting, fingerprints }: RunsToTake,
): Promise<TakenRun[]> {
  const rows = await boundSql<TakenRow>(em, TAKE, [
    owner,
    LEASE_MS / 1_000,
    resting,
    atMost,
    JSON.stringify(fingerprints),
    fullAtMost,
  ]);
  const read = executedRows(em);
  return rows.map((row) => ({
    lease: { name: row.name, fencingToken: row.fencing_token, durationMs: LEASE_MS },
    isTakenOver: row.was_left,
    isNew: row.is_new,
    ...read(row),
  }));
}

/** @returns the id of the run that has waited longest; null where none waits */
export async function firstWaiting(em: SqlEntityManager, resting: readonly string[]): Promise<string | null> {
  const [row] = await boundSql<{ id: string }>(
    em,
    `select run.id from ${inOrder('$1')} where exists (select ${LEASE}) limit 1`,
    [resting],
  );
  return row?.id ?? null;
}

interface TakenRow extends ExecutedRow {
  readonly name: string;
  readonly fencing_token: string;
  readonly was_left: boolean;
  readonly is_new: boolean;
}
