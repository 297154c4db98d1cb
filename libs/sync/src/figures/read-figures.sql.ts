import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { DAY_BEGIN, THIS_HALF_HOUR } from './half-hour.sql.js';

/** A time of the half hours that are looked at, in seconds since 1970. */
type Seconds = number;

const seconds = (time: string): string => `extract(epoch from ${time})::float8`;

/** What time it is, and which half hour, by the database's clock. */
export async function readHalfHour(em: SqlEntityManager): Promise<{ now: Seconds; halfHour: Seconds }> {
  const [row] = await boundSql<{ now: Seconds; halfHour: Seconds }>(
    em,
    `select ${seconds('now()')} as now, ${seconds(THIS_HALF_HOUR)} as "halfHour"`,
  );
  if (row === undefined) throw new Error('A select without a table has one row');
  return row;
}

export interface ChangesSum {
  readonly halfHour: Seconds;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Sums over accounts. By the index on half_hour, or by the primary key. @param accountId only of this one; null: of all */
export async function sumChanges(
  em: SqlEntityManager,
  accountId: string | null,
  from: Seconds,
): Promise<ChangesSum[]> {
  return boundSql<ChangesSum>(
    em,
    `select ${seconds('half_hour')} as "halfHour", sum(created)::int as created, sum(updated)::int as updated,
       sum(deleted)::int as deleted
     from account_changes where half_hour >= to_timestamp($1) ${accountId === null ? '' : 'and account_id = $2'}
     group by half_hour`,
    accountId === null ? [from] : [from, accountId],
  );
}

export interface OutcomesSum {
  readonly halfHour: Seconds;
  readonly outcome: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** As {@link sumChanges}. */
export async function sumOutcomes(
  em: SqlEntityManager,
  accountId: string | null,
  from: Seconds,
): Promise<OutcomesSum[]> {
  return boundSql<OutcomesSum>(
    em,
    `select ${seconds('half_hour')} as "halfHour", outcome, sum(count)::int as count, min(first_at) as "firstAt",
       max(last_at) as "lastAt"
     from run_outcomes where half_hour >= to_timestamp($1) ${accountId === null ? '' : 'and account_id = $2'}
     group by half_hour, outcome`,
    accountId === null ? [from] : [from, accountId],
  );
}

/** How much of each account changed in each half hour of the last day, those without a change left out. By the primary key. */
export async function readChangesOfEach(
  em: SqlEntityManager,
  accountIds: readonly string[],
): Promise<{ accountId: string; halfHoursAgo: number; changes: number }[]> {
  return boundSql(
    em,
    `select account_id as "accountId", created + updated + deleted as changes,
       (extract(epoch from ${THIS_HALF_HOUR} - half_hour) / 1800)::int as "halfHoursAgo"
     from account_changes where account_id = any($1::uuid[]) and half_hour >= ${DAY_BEGIN}`,
    [accountIds],
  );
}
