import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { READ_STREAMS } from './read-streams.sql.js';
import { STREAM_AHEAD } from './stream-ahead.sql.js';

/** An event as it lies in its stream. */
export interface StreamEvent {
  readonly position: bigint;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  /** JSON, as stored; null of a skeleton. */
  readonly data: string | null;
}

/** Whole streams whose ids come after one, up to and including another (null: to the last), each oldest first. */
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
    data: string | null;
  }>(em, READ_STREAMS, [after, through]);
  return rows.map(({ position, stream_id: streamId, version, type, data }) => ({
    position: BigInt(position),
    streamId,
    version,
    type,
    data,
  }));
}

/**
 * How far {@link readStreams} has to read for a limit of events or of bytes (as the database stores the data),
 * whichever is reached first.
 *
 * @returns the id of the stream in which it is reached; null when there is less
 */
export async function streamAhead(
  em: SqlEntityManager,
  after: string,
  limit: { readonly events: number; readonly bytes: number },
): Promise<string | null> {
  const [row] = await boundSql<{ stream_id: string }>(em, STREAM_AHEAD, [after, limit.events, limit.bytes]);
  return row?.stream_id ?? null;
}
