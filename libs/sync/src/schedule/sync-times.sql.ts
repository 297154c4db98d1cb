/** How far the next sync may be from its interval, so that accounts that were synced together do not stay together. */
const JITTER = 0.05;

/** A time further ahead than this beyond its interval was set by a clock that has been put back since. */
const TOLERATED_SECONDS = 60;

/** Seconds between two syncs of an account. @param account the table's alias; @param general ms or null, SQL */
export function everySeconds(account: string, general: string): string {
  return `coalesce(${account}.sync_interval_ms, ${general}::bigint) / 1000.0`;
}

/** When the next sync is due that comes after one of now; `seconds` is a column. */
export const NEXT_IN = `now() + make_interval(secs => seconds * (1 - ${JITTER} * random()))`;

/** Whether `at` cannot have been set by the clock of now. @param at SQL */
export function isTooFar(at: string): string {
  return `${at} > now() + make_interval(secs => seconds + ${TOLERATED_SECONDS})`;
}

/** Some time within the interval. */
export const SOON = 'now() + make_interval(secs => seconds * random())';
