import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, containing } from '#platform';

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

export interface AccountStanding {
  readonly accountId: string;
  readonly state: StandingState;
  readonly health: Health;
}

/** What the accounts are narrowed to; what is left out narrows nothing. */
export interface StandingFilter {
  readonly accountId?: string | undefined;
  readonly state?: StandingState | undefined;
  readonly health?: Health | undefined;
  /** A part of the name, the address or the reference, or the id. */
  readonly q?: string | undefined;
}

/** The time between scheduled syncs. */
export interface SyncRhythm {
  /** Of accounts that have none of their own; null: nothing is scheduled for them. */
  readonly intervalMs: number | null;
  /** It goes for all accounts, whatever their own. */
  readonly isForAll: boolean;
}

/**
 * Each account with its state and health. SQL, because both are made of rows of three tables, and accounts are counted
 * and chosen by them. With 10,000 accounts it reads the tables of accounts and lists whole; runs that go on, or hold
 * deletions, are few and found by their indexes.
 *
 * $1 the interval of accounts without one of their own in ms, or null; $2 whether it goes for all.
 */
const STANDINGS = `
  select account.id, account.connected_at, account.name, account.email, account.reference,
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
      when list.succeeded_at >= now() - 2 * make_interval(secs => every.ms / 1000.0) then 'fresh'
      else 'late'
    end as health
  from accounts account
    left join sync_lists list on list.account_id = account.id and list.list = 'contacts'
    left join sync_runs active on active.account_id = account.id and active.state in ('queued', 'running')
    left join (select distinct account_id from sync_runs where state = 'held') held on held.account_id = account.id,
    lateral (select case when $2 then $1::bigint else coalesce(sync_interval_ms, $1::bigint) end) as every (ms)`;

/** In the order in which they were connected. */
export async function listStandings(
  em: SqlEntityManager,
  { intervalMs, isForAll }: SyncRhythm,
  { accountId, state, health, q }: StandingFilter,
  { behind, limit }: { readonly behind: readonly [time: string, id: string] | null; readonly limit: number },
): Promise<(AccountStanding & { readonly connectedAt: Date })[]> {
  const rows = await boundSql<AccountStanding & { connectedAt: string }>(
    em,
    `select id as "accountId", connected_at as "connectedAt", state, health from (${STANDINGS}) standing
     where ($3::uuid is null or id = $3) and ($4::text is null or state = $4) and ($5::text is null or health = $5)
       and ($6::text is null or name ilike $6 or email ilike $6 or reference ilike $6 or id::text = lower($7))
       and ($8::timestamptz is null or (connected_at, id) > ($8, $9::uuid))
     order by connected_at, id limit $10`,
    [
      intervalMs,
      isForAll,
      accountId ?? null,
      state ?? null,
      health ?? null,
      q === undefined ? null : containing(q),
      q ?? null,
      behind?.[0] ?? null,
      behind?.[1] ?? null,
      limit,
    ],
  );
  return rows.map((row) => ({ ...row, connectedAt: new Date(row.connectedAt) }));
}

export interface StandingCount {
  readonly state: StandingState;
  readonly health: Health;
  readonly count: number;
}

/** @param accountId only this one; null: all */
export async function countStandings(
  em: SqlEntityManager,
  { intervalMs, isForAll }: SyncRhythm,
  accountId: string | null,
): Promise<StandingCount[]> {
  return boundSql<StandingCount>(
    em,
    `select state, health, count(*)::int as count from (${STANDINGS}) standing
     where $3::uuid is null or id = $3 group by state, health`,
    [intervalMs, isForAll, accountId],
  );
}
