import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** How far behind: events not reached yet, and the age of the oldest of them in seconds (0 when there is none). */
export interface FeedLag {
  readonly events: number;
  readonly seconds: number;
}

/** How much of the log lies behind a position, on the database's clock. */
export async function eventsBehind(em: SqlEntityManager, position: bigint): Promise<FeedLag> {
  const [row] = await boundSql<{ events: string; seconds: number }>(
    em,
    `select count(*) as events,
       coalesce(greatest(extract(epoch from clock_timestamp() - min(occurred_at)), 0), 0)::float8 as seconds
     from events where position > $1`,
    [String(position)],
  );
  return { events: Number(row?.events ?? 0), seconds: row?.seconds ?? 0 };
}
