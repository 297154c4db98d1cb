import { type SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { LOCK_APPENDS, VersionConflict } from './append.js';
import { type StoredEvent } from './stored-event.js';

/**
 * Puts events that the log has lost back under the positions that they had.
 *
 * @param em the manager of an open transaction
 * @param events each version and position behind those of the log
 * @throws VersionConflict when a position or a (stream, version) is taken
 */
export async function restoreEvents(em: SqlEntityManager, events: readonly StoredEvent[]): Promise<void> {
  await boundSql(em, LOCK_APPENDS);
  try {
    await boundSql(em, RESTORE, [
      events.map((event) => String(event.position)),
      events.map((event) => event.streamId),
      events.map((event) => event.version),
      events.map((event) => event.accountId),
      events.map((event) => event.type),
      events.map((event) => event.data),
      events.map((event) => JSON.stringify(event.metadata)),
      events.map((event) => event.runId),
      events.map((event) => event.occurredAt),
    ]);
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) {
      throw new VersionConflict('The log has other events in the place of these', { cause: error });
    }
    throw error;
  }
}

/** Lets the next append draw a position behind this one. It holds even if the transaction is rolled back. */
export async function passPosition(em: SqlEntityManager, position: bigint): Promise<void> {
  await boundSql(
    em,
    `select setval('events_position_seq', greatest(last_value, $1::bigint)) from events_position_seq`,
    [String(position)],
  );
}

const RESTORE = `
  with restored as (
    insert into events
      (position, stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
    overriding system value
    select position, stream_id, version, account_id, type, data::json, metadata::jsonb, run_id, occurred_at
    from unnest($1::bigint[], $2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::uuid[],
      $9::timestamptz[])
      as e (position, stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
    returning position
  )
  select pg_notify('contactstream_events', '') from restored limit 1`;
