import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { EVENTS_BEHIND } from './events-behind.sql.js';

/**
 * How far a reader is behind: events not reached yet, and the age of the oldest of them in seconds (0 when there is
 * none).
 */
export interface FeedLag {
  readonly events: number;
  readonly seconds: number;
}

/** How much of the log comes after a position, by the database's clock. */
export async function eventsBehind(em: SqlEntityManager, position: bigint): Promise<FeedLag> {
  const [row] = await boundSql<{ events: string; seconds: number }>(em, EVENTS_BEHIND, [String(position)]);
  return { events: Number(row?.events ?? 0), seconds: row?.seconds ?? 0 };
}
