import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type FeedLag } from '../events-behind.js';

/**
 * How much of the log of accounts' lives comes after a position, by the database's clock, which all processes share. Not
 * the ORM's for that; by the primary key.
 */
export async function accountEventsBehind(em: SqlEntityManager, position: bigint): Promise<FeedLag> {
  const [row] = await boundSql<FeedLag>(
    em,
    `select count(*)::int as events,
       coalesce(greatest(extract(epoch from clock_timestamp() - min(occurred_at)), 0), 0)::float8 as seconds
     from account_events where position > $1`,
    [String(position)],
  );
  return row ?? { events: 0, seconds: 0 };
}
