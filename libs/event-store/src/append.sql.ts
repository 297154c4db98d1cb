import { LOCK_APPENDS } from './lock-appends.sql.js';

/**
 * Takes the lock and appends, in one round trip; $1 is a JSON array of NewEvent.
 *
 * @param shared SQL of the metadata that all of them get besides, found out once, as they are appended
 *
 * The sort takes in every row, and with the first one the lock, before it gives one to the insertion, which draws the
 * positions; `order by` makes them follow the given order.
 *
 * Not the ORM's: it cannot take the lock in the same statement, and `em.insertMany` appended 6,000 rows/s where a bound
 * `jsonb_to_recordset` appended 15,700 (docs/adr/0017-bulk-statements.md). The unique index events_stream_version
 * refuses a version that is taken.
 */
export const appendSql = (shared = `'{}'`): string => `
  with locked as materialized (${LOCK_APPENDS})
  insert into events (stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
  select stream_id, version, account_id, type, data, metadata || ${shared}::jsonb, run_id, occurred_at
  from locked cross join rows from (json_to_recordset($1::json) as ("streamId" uuid, version int, "accountId" uuid,
      type text, data json, metadata jsonb, "runId" uuid, "occurredAt" timestamptz))
    with ordinality as e (stream_id, version, account_id, type, data, metadata, run_id, occurred_at, place)
  order by place
  returning position`;
