import { type SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { binaryArray, boundChanges, type Change, type Notice, valuesOf } from '#platform';

import { appendSql } from './append.sql.js';
import { type NewEvent } from './stored-event.js';

/** Someone else appended to the stream since it was read; nothing of this transaction is stored. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/** The name of the change of {@link eventsToAppend} in its statement; it returns the positions. */
const APPENDED = 'appended';

/** Wakes the readers of the log. */
const EVENTS_APPENDED: Notice = { channel: 'contactstream_events', payload: '' };

/**
 * Appends events in the given order, as a change among those of the caller's statement, which gives the
 * {@link noticesOf} it, too.
 *
 * Positions are drawn under an advisory transaction lock, so a reader that has seen position n has seen every event
 * below n. Other appends wait from here to the commit: it belongs to the end of the transaction.
 *
 * @param shared SQL of metadata that all of them get, its parameters from $9 on; left out: none
 * @returns one change; none when there are no events. Its statement throws {@link VersionConflict} when a (stream,
 * version) is taken
 */
export function eventsToAppend(
  events: readonly NewEvent[],
  shared?: Pick<Change, 'sql' | 'parameters'>,
): Change[] {
  if (events.length === 0) return [];
  const parameters = [
    binaryArray('uuid', valuesOf(events, 'streamId')),
    valuesOf(events, 'version'),
    binaryArray('uuid', valuesOf(events, 'accountId')),
    binaryArray('text', valuesOf(events, 'type')),
    // JSON already, which goes in as it is, to the byte.
    binaryArray('json', valuesOf(events, 'data')),
    binaryArray(
      'text',
      events.map(({ metadata }) => JSON.stringify(metadata)),
    ),
    binaryArray('uuid', valuesOf(events, 'runId')),
    valuesOf(events, 'occurredAt'),
    ...(shared?.parameters ?? []),
  ];
  const attributes = { 'contactstream.events': events.length };
  return [
    { name: APPENDED, sql: appendSql(shared?.sql), parameters, explain: asVersionConflict, attributes },
  ];
}

/** What a statement with these changes notifies. */
export function noticesOf(appended: readonly Change[]): Notice[] {
  return appended.length === 0 ? [] : [EVENTS_APPENDED];
}

/** SQL of the last position that the statement appends. @param otherwise SQL for where it appends none */
export function lastAppended(appended: readonly Change[], otherwise: string): string {
  return appended.length === 0 ? otherwise : `(select max(position) from ${APPENDED})`;
}

/** @returns VersionConflict when a (stream, version) is taken; any other error as it is */
function asVersionConflict(error: unknown): unknown {
  return error instanceof UniqueConstraintViolationException &&
    (error as { constraint?: unknown }).constraint === 'events_stream_version'
    ? new VersionConflict('Another writer appended to one of these streams first', { cause: error })
    : error;
}

/**
 * Appends events in a statement of their own, the last of the caller's transaction. Otherwise like
 * {@link eventsToAppend}.
 *
 * @returns the position of the last event; null when there are none
 * @throws VersionConflict when a (stream, version) is taken
 */
export async function appendEvents(
  em: SqlEntityManager,
  events: readonly NewEvent[],
): Promise<bigint | null> {
  const appended = eventsToAppend(events);
  if (appended.length === 0) return null;
  const { channel, payload } = EVENTS_APPENDED;
  const [row] = await boundChanges<{ position: string }>(em, appended, {
    sql: `select ${lastAppended(appended, 'null')} as position, pg_notify($1, $2)`,
    parameters: [channel, payload],
  });
  return row === undefined ? null : BigInt(row.position);
}
