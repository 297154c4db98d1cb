import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Where an event stands, and whose it is. */
export interface EventPlace {
  readonly position: bigint;
  readonly streamId: string;
}

/** The next events after a position, without what they say. By the primary key. */
export async function placesAfter(
  em: SqlEntityManager,
  position: bigint,
  limit: number,
): Promise<EventPlace[]> {
  return placesOf(
    await boundSql<Row>(
      em,
      'select position, stream_id from events where position > $1 order by position limit $2',
      [String(position), limit],
    ),
  );
}

/** Those of the events at these positions that are there. By the primary key. */
export async function placesAt(em: SqlEntityManager, positions: readonly bigint[]): Promise<EventPlace[]> {
  return placesOf(
    await boundSql<Row>(em, 'select position, stream_id from events where position = any($1::bigint[])', [
      positions.map(String),
    ]),
  );
}

interface Row {
  readonly position: string;
  readonly stream_id: string;
}

function placesOf(rows: readonly Row[]): EventPlace[] {
  return rows.map(({ position, stream_id: streamId }) => ({ position: BigInt(position), streamId }));
}
