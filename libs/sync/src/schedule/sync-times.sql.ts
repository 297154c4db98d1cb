/** How far the next sync may be from its interval, so that accounts that were synced together do not stay together. */
const JITTER = 0.05;

/** A time may be further ahead than its interval by so much. */
const TOLERATED_SECONDS = 60;

/**
 * Of the time without a change that the wait for the next sync may take, as HTTP guesses how long an answer stays fresh
 * (RFC 9111, 4.2.2): who has not changed for ten hours is looked at within one.
 */
const SHARE_OF_QUIET = 0.1;

/** The time between scheduled syncs, of accounts that have none of their own; both null, or neither. */
export interface SyncInterval {
  /** Of accounts that change; null: nothing is scheduled for them. */
  readonly intervalMs: number | null;
  /** Of accounts that do not, at most: the same, unless SYNC_INTERVAL_MAX says otherwise. */
  readonly longestMs: number | null;
}

/**
 * Milliseconds between two syncs of an account as of now, or null. One that was connected anew counts as changed.
 *
 * @param account the table's alias, as `list` is. @param general and `longest`: of {@link SyncInterval}, SQL
 */
export function everyMs(account: string, list: string, general: string, longest: string): string {
  const quiet = `extract(epoch from now() - greatest(${list}.changed_at, ${account}.connected_at)) * 1000`;
  return `coalesce(${account}.sync_interval_ms, case when ${general}::bigint is not null then
    greatest(${general}::bigint, least(${longest}::bigint, (${SHARE_OF_QUIET} * ${quiet})::bigint)) end)`;
}

/** The same in seconds. */
export function everySeconds(...parts: Parameters<typeof everyMs>): string {
  return `${everyMs(...parts)} / 1000.0`;
}

/** When the next sync is due that comes after one of now; `seconds` is a column. */
export const NEXT_IN = `now() + make_interval(secs => seconds * (1 - ${JITTER} * random()))`;

/** Whether `at` would not be set so now. @param at SQL */
export function isTooFar(at: string): string {
  return `${at} > now() + make_interval(secs => seconds + ${TOLERATED_SECONDS})`;
}

/** Some time within the interval. */
export const SOON = 'now() + make_interval(secs => seconds * random())';
