import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type StoredEvent } from './stored-event.js';

/** Which part of the log to read; every condition that is left out matches all. */
export interface LogSelection {
  /** Only events behind this position. */
  readonly after?: bigint;
  readonly accountId?: string;
  readonly streamId?: string;
  readonly runId?: string;
  readonly type?: string;
  readonly limit: number;
  /** Ends with the event that makes this many bytes of data, as the database stores it (long data compressed). */
  readonly bytes?: number;
}

/** Events in position order. */
export async function readLog(em: SqlEntityManager, selection: LogSelection): Promise<StoredEvent[]> {
  const parameters: unknown[] = [String(selection.after ?? 0n)];
  const conditions = ['position > $1'];
  const where = (column: string, value: string | undefined): void => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(`${column} = $${parameters.length}`);
  };
  where('account_id', selection.accountId);
  where('stream_id', selection.streamId);
  where('run_id', selection.runId);
  where('type', selection.type);
  parameters.push(selection.limit);
  const clause = `where ${conditions.join(' and ')} order by position limit $${parameters.length}`;
  if (selection.bytes === undefined) return select(em, 'events', clause, parameters);
  parameters.push(selection.bytes);
  const sized = `(
    select *, sum(pg_column_size(data)) over (order by position rows unbounded preceding) - pg_column_size(data) as before
    from (select * from events ${clause}) as limited) as sized`;
  return select(em, sized, `where before < $${parameters.length} order by position`, parameters);
}

/** A whole stream, oldest first; empty when it does not exist. */
export async function readStream(em: SqlEntityManager, streamId: string): Promise<StoredEvent[]> {
  return select(em, 'events', 'where stream_id = $1 order by version', [streamId]);
}

/** Of each of the streams that has one the latest event up to a position, in position order. */
export async function latestEvents(
  em: SqlEntityManager,
  streamIds: readonly string[],
  upTo: bigint,
): Promise<StoredEvent[]> {
  const latest = `(
    select distinct on (stream_id) * from events where stream_id = any($1::uuid[]) and position <= $2
    order by stream_id, version desc) as latest`;
  return select(em, latest, 'order by position', [streamIds, String(upTo)]);
}

/** The position of the last event; 0 for an empty log. */
export async function lastPosition(em: SqlEntityManager): Promise<bigint> {
  const [row] = await boundSql<{ position: string }>(
    em,
    'select position from events order by position desc limit 1',
  );
  return BigInt(row?.position ?? 0);
}

interface EventRow {
  position: string;
  stream_id: string;
  version: number;
  account_id: string;
  type: string;
  data: string;
  metadata: Record<string, unknown>;
  run_id: string;
  occurred_at: string;
}

async function select(
  em: SqlEntityManager,
  source: string,
  clause: string,
  parameters: unknown[],
): Promise<StoredEvent[]> {
  const rows = await boundSql<EventRow>(
    em,
    `select position, stream_id, version, account_id, type, data::text as data, metadata, run_id,
       to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at
     from ${source} ${clause}`,
    parameters,
  );
  return rows.map((row) => ({
    position: BigInt(row.position),
    streamId: row.stream_id,
    version: row.version,
    accountId: row.account_id,
    type: row.type,
    data: row.data,
    metadata: row.metadata,
    runId: row.run_id,
    occurredAt: row.occurred_at,
  }));
}
