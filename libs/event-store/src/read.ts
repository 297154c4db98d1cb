import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { ACCOUNT_OF_STREAM } from './account-of-stream.sql.js';
import { LAST_POSITION } from './last-position.sql.js';
import { lastPositionOfAccount } from './last-position-of-account.sql.js';
import { LATEST_EVENTS } from './latest-events.sql.js';
import { READ_EVENTS_AT } from './read-events-at.sql.js';
import { READ_EVENTS_WITHIN } from './read-events-within.sql.js';
import { lastEventSql } from './last-event.sql.js';
import { type LogSelection, readLogSql } from './read-log.sql.js';
import { type PageSelection, readPageSql } from './read-page.sql.js';
import { READ_STREAM } from './read-stream.sql.js';
import { type StoredEvent } from './stored-event.js';
import { type StreamEnd, streamEndSql } from './stream-end.sql.js';

/** Events in position order. */
export async function readLog(em: SqlEntityManager, selection: LogSelection): Promise<StoredEvent[]> {
  const { sql, parameters } = readLogSql(selection);
  return storedEvents(em, sql, parameters);
}

/** A page of the log, or of a stream: for those who ask, however much there is. */
export async function readPage(
  em: SqlEntityManager,
  selection: PageSelection,
): Promise<{ events: StoredEvent[]; hasMore: boolean }> {
  const { sql, parameters } = readPageSql(selection);
  const rows = await boundSql<EventRow & { has_more: boolean }>(em, sql, parameters);
  return { events: rows.map(storedEvent), hasMore: rows[0]?.has_more ?? false };
}

/** The events at some positions, in position order. */
export async function readEventsAt(
  em: SqlEntityManager,
  positions: readonly bigint[],
): Promise<StoredEvent[]> {
  return storedEvents(em, READ_EVENTS_AT, [positions.map(String)]);
}

/** The first of the events at some positions, as many as hold so many bytes of data, and one at the least. */
export async function readEventsWithin(
  em: SqlEntityManager,
  positions: readonly bigint[],
  bytes: number,
): Promise<StoredEvent[]> {
  return positions.length === 0 ? [] : storedEvents(em, READ_EVENTS_WITHIN, [positions.map(String), bytes]);
}

/** A whole stream, oldest first; empty when it does not exist. */
export async function readStream(em: SqlEntityManager, streamId: string): Promise<StoredEvent[]> {
  return storedEvents(em, READ_STREAM, [streamId]);
}

/** The last events of a stream, oldest first. */
export async function readStreamEnd(em: SqlEntityManager, end: StreamEnd): Promise<StoredEvent[]> {
  const { sql, parameters } = streamEndSql(end);
  return storedEvents(em, sql, parameters);
}

/** Whose a stream is; null where it does not exist, or is nothing but skeletons. */
export async function accountOfStream(em: SqlEntityManager, streamId: string): Promise<string | null> {
  const [row] = await boundSql<{ account_id: string }>(em, ACCOUNT_OF_STREAM, [streamId]);
  return row?.account_id ?? null;
}

/** The latest event up to a position of each of the streams that has one, in position order. */
export async function latestEvents(
  em: SqlEntityManager,
  streamIds: readonly string[],
  upTo: bigint,
): Promise<StoredEvent[]> {
  return storedEvents(em, LATEST_EVENTS, [streamIds, String(upTo)]);
}

/** The position of the last event; 0 for an empty log. */
export async function lastPosition(em: SqlEntityManager): Promise<bigint> {
  const [row] = await boundSql<{ position: string }>(em, LAST_POSITION);
  return BigInt(row?.position ?? 0);
}

/** Where the last event up to a position is, and when it occurred; null where there is none. */
export async function lastEvent(
  em: SqlEntityManager,
  upTo: bigint,
  accountId?: string,
): Promise<{ readonly position: bigint; readonly occurredAt: string } | null> {
  const [row] = await boundSql<{ position: string; occurred_at: string }>(
    em,
    lastEventSql(accountId !== undefined),
    [String(upTo), ...(accountId === undefined ? [] : [accountId])],
  );
  return row === undefined ? null : { position: BigInt(row.position), occurredAt: row.occurred_at };
}

/** The position of an account's last event; 0 where it has none. */
export async function lastPositionOf(em: SqlEntityManager, accountId: string): Promise<bigint> {
  const [row] = await boundSql<{ position: string }>(em, lastPositionOfAccount('$1'), [accountId]);
  return BigInt(row?.position ?? 0);
}

interface EventRow {
  position: string;
  stream_id: string;
  version: number;
  account_id: string;
  type: string;
  data: string | null;
  metadata: Record<string, unknown>;
  run_id: string;
  occurred_at: string;
}

async function storedEvents(
  em: SqlEntityManager,
  sql: string,
  parameters: unknown[],
): Promise<StoredEvent[]> {
  return (await boundSql<EventRow>(em, sql, parameters)).map(storedEvent);
}

function storedEvent(row: EventRow): StoredEvent {
  return {
    position: BigInt(row.position),
    streamId: row.stream_id,
    version: row.version,
    accountId: row.account_id,
    type: row.type,
    data: row.data,
    metadata: row.metadata,
    runId: row.run_id,
    occurredAt: row.occurred_at,
  };
}
