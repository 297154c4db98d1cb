import { type Change } from '#platform';

import { THIS_HALF_HOUR } from './half-hour.sql.js';

/** The outcome of a run that ended well, whether or not it holds deletions; any other outcome is the code of an error. */
export const SUCCEEDED = 'succeeded';

/** Counts the ends of runs of different accounts, as part of the statement that ends them; by the primary key. */
export function outcomesToCount(accountIds: readonly string[], outcome: string): Change {
  return {
    sql: `insert into run_outcomes as counted (account_id, half_hour, outcome, count, first_at, last_at)
      select account_id, ${THIS_HALF_HOUR}, $2, 1, clock_timestamp(), clock_timestamp()
      from unnest($1::uuid[]) as account_id
      on conflict (account_id, half_hour, outcome) do update
        set count = counted.count + 1, last_at = excluded.last_at`,
    parameters: [accountIds, outcome],
  };
}
