import { type SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type NewEvent } from './stored-event.js';

/** The key of the lock that makes position order commit order; held from here to the commit. */
const APPEND_LOCK = '7165066978298918004';

/** Someone else appended to the stream since its head was read; nothing of this transaction is stored. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/**
 * Appends events in the given order, as the last statement of the caller's transaction.
 *
 * Positions are drawn under an advisory transaction lock, so a reader that has seen position n has seen every event
 * below n: call it as late in the transaction as can be, because other appends wait until its commit.
 *
 * @param em the manager of an open transaction
 * @returns the position of the last event; null when there are none
 * @throws VersionConflict when a (stream, version) is taken
 */
export async function appendEvents(
  em: SqlEntityManager,
  events: readonly NewEvent[],
): Promise<bigint | null> {
  if (events.length === 0) return null;
  try {
    const [row] = await boundSql<{ last: string }>(em, APPEND, [`[${events.map(jsonOf).join(',')}]`]);
    return row === undefined ? null : BigInt(row.last);
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) {
      throw new VersionConflict('Another writer appended to one of these streams first', { cause: error });
    }
    throw error;
  }
}

/** The data is JSON already, and stays as it is to the byte. */
function jsonOf({ data, ...columns }: NewEvent): string {
  return `${JSON.stringify(columns).slice(0, -1)},"data":${data}}`;
}

/** Keeps other appends waiting until the end of the transaction. */
export const LOCK_APPENDS = `select pg_advisory_xact_lock(${APPEND_LOCK})`;

/**
 * One round trip a batch. The sort takes in every row, and with the first one the lock, before it gives one to the
 * insertion, which draws the positions; `order by` makes them follow the given order. NOTIFY is delivered at the commit.
 */
const APPEND = `
  with locked as materialized (${LOCK_APPENDS}),
  appended as (
    insert into events (stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
    select stream_id, version, account_id, type, data, metadata, run_id, occurred_at
    from locked cross join rows from (json_to_recordset($1::json) as ("streamId" uuid, version int, "accountId" uuid,
        type text, data json, metadata jsonb, "runId" uuid, "occurredAt" timestamptz))
      with ordinality as e (stream_id, version, account_id, type, data, metadata, run_id, occurred_at, place)
    order by place
    returning position
  )
  select max(position) as last, pg_notify('contactstream_events', '') from appended`;
