import { LEARNING } from './learned-limit.js';

const { regainedAMinute, forgottenSeconds, windowSeconds } = LEARNING;

/** SQL of the seconds from one time to another, none below zero, whatever was done to the clock in between. */
export function secondsBetween(from: string, to: string): string {
  return `greatest(0, least(${forgottenSeconds}, extract(epoch from ${to} - ${from})::float8))`;
}

/**
 * SQL of the row as it is now, by the database's clock: `learned` and `rate` are requests a minute, null where nothing
 * limits, and `sent` tells how many were sent within about a minute, of which what is older weighs less and less.
 *
 * @param row a SELECT of google_quota
 * @param set a parameter: requests a minute, or null
 */
export function quotaNow(row: string, set: string): string {
  return `
    select per_minute, lowered_at, tokens, filled_at, at, learned, least(learned, ${set}::float8) as rate,
      sent * exp(-${secondsBetween('sent_at', 'at')} / ${windowSeconds}) as sent
    from (
      select *, case when ${secondsBetween('lowered_at', 'at')} < ${forgottenSeconds}
        then per_minute * (1 + ${regainedAMinute} * ${secondsBetween('lowered_at', 'at')} / 60) end as learned
      from (select locked.*, clock_timestamp() as at from (${row}) as locked) as seen
    ) as learnt`;
}
