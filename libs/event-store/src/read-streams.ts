import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** An event as it lies in its stream. */
export interface StreamEvent {
  readonly position: bigint;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  /** JSON, as stored. */
  readonly data: string;
}

/** Whole streams behind one stream id, up to and with another (null: to the last), each oldest first. */
export async function readStreams(
  em: SqlEntityManager,
  after: string,
  through: string | null,
): Promise<StreamEvent[]> {
  const rows = await boundSql<{
    position: string;
    stream_id: string;
    version: number;
    type: string;
    data: string;
  }>(
    em,
    `select position, stream_id, version, type, data::text as data from events
     where stream_id > $1::uuid and ($2::uuid is null or stream_id <= $2::uuid) order by stream_id, version`,
    [after, through],
  );
  return rows.map(({ position, stream_id: streamId, version, type, data }) => ({
    position: BigInt(position),
    streamId,
    version,
    type,
    data,
  }));
}

/**
 * How far to read on for so many events, or for so many bytes of data as the database stores it, whichever is first.
 *
 * @returns the id of the stream in which that is reached; null when there is less
 */
export async function streamAhead(
  em: SqlEntityManager,
  after: string,
  limit: { readonly events: number; readonly bytes: number },
): Promise<string | null> {
  const [row] = await boundSql<{ stream_id: string }>(
    em,
    `select stream_id from (
       select stream_id, row_number() over ahead as place, sum(pg_column_size(data)) over ahead as bytes
       from (select * from events where stream_id > $1::uuid order by stream_id, version limit $2) as limited
       window ahead as (order by stream_id, version rows unbounded preceding)
     ) as sized
     where place = $2 or bytes >= $3 order by place limit 1`,
    [after, limit.events, limit.bytes],
  );
  return row?.stream_id ?? null;
}
