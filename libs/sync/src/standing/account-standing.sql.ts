import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { everyMs, type SyncInterval } from '../schedule/sync-times.sql.js';

/** How an account stands right now; the first that holds. */
export const STANDING_STATES = [
  'disconnected',
  'needs-reauth',
  'syncing',
  'paused',
  'held',
  'error',
  'idle',
] as const;
export type StandingState = (typeof STANDING_STATES)[number];

/** Whether somebody has to do something, whatever runs; the first that holds. */
export const HEALTHS = [
  'disconnected',
  'needs-reauth',
  'held',
  'paused',
  'failing',
  'late',
  'fresh',
] as const;
export type Health = (typeof HEALTHS)[number];

/** The time between scheduled syncs. */
export interface SyncRhythm extends SyncInterval {
  /** It goes for all accounts, whatever their own. */
  readonly isForAll: boolean;
}

/** An account that fails so often in a row does not mend itself. */
const FAILURES_OF_A_PERSON = 3;

const SEEN = `
    select account.id, account.connected_at, account.name, account.email, account.reference,
      account.state as account_state, list.succeeded_at, coalesce(list.failures, 0) as failures,
      coalesce(list.failure_is_final, false) as failure_is_final, every.ms as interval_ms,
      case
        when account.state in ('disconnected', 'erasing') then 'disconnected'
        when account.state = 'needs-reauth' then 'needs-reauth'
        when active.account_id is not null then 'syncing'
        when account.paused then 'paused'
        when held.account_id is not null then 'held'
        when list.last_outcome = 'failed' then 'error'
        else 'idle'
      end as state,
      case
        when account.state in ('disconnected', 'erasing') then 'disconnected'
        when account.state = 'needs-reauth' then 'needs-reauth'
        when held.account_id is not null then 'held'
        when account.paused then 'paused'
        when list.last_outcome = 'failed' then 'failing'
        when every.ms is null and list.last_outcome = 'succeeded' then 'fresh'
        when list.succeeded_at >= now() - every.ms * interval '2 milliseconds' then 'fresh'
        else 'late'
      end as health
    from accounts account
      left join sync_lists list on list.account_id = account.id and list.list = 'contacts'
      left join sync_runs active on active.account_id = account.id and active.state in ('queued', 'running')
      left join (select distinct account_id from sync_runs where state = 'held') held on held.account_id = account.id,
      lateral (select case when $2 then $1::bigint else ${everyMs('account', 'list', '$1', '$3')} end) as every (ms)`;

const standingsOf = (seen: string): string => `
  select seen.*,
    health in ('needs-reauth', 'held')
      or health = 'failing' and (failures >= ${FAILURES_OF_A_PERSON} or failure_is_final) as needs_person
  from (${seen}) seen`;

/**
 * Each account with its state and health. SQL, because both are made of rows of three tables, and accounts are counted
 * and chosen by them. All of them are two tables read whole; runs that go on, or hold deletions, are few and found by
 * their indexes.
 *
 * $1 the interval of accounts without one of their own in ms, or null; $2 whether it goes for all; $3 the longest.
 */
export const STANDINGS = standingsOf(SEEN);

/** With `offset 0` PostgreSQL works out each health once, not once for each place that names it. */
const COUNTED_STANDINGS = standingsOf(`${SEEN} offset 0`);

export interface StandingCount {
  readonly state: StandingState;
  readonly health: Health;
  readonly needsPerson: boolean;
  readonly count: number;
}

/** @param accountId only this one; null: all */
export async function countStandings(
  em: SqlEntityManager,
  { intervalMs, longestMs, isForAll }: SyncRhythm,
  accountId: string | null,
): Promise<StandingCount[]> {
  return boundSql<StandingCount>(
    em,
    `select state, health, needs_person as "needsPerson", count(*)::int as count from (${COUNTED_STANDINGS}) standing
     where $4::uuid is null or id = $4 group by state, health, needs_person`,
    [intervalMs, isForAll, longestMs, accountId],
  );
}
