import { LOCK_APPENDS } from './lock-appends.sql.js';

/**
 * Takes the lock and appends, in one round trip; the parameters are arrays, one a column.
 *
 * @param shared SQL of the metadata that all of them get besides, found out once, as they are appended; its parameters
 * are those from $9 on
 *
 * The sort takes in every row, and with the first one the lock, before it gives one to the insertion, which draws the
 * positions; `order by` makes them follow the given order.
 *
 * Not the ORM's: it cannot take the lock in the same statement, and `em.insertMany` takes several times as long
 * (docs/adr/0017-bulk-statements.md). The unique index events_stream_version refuses a version that is taken.
 */
export const appendSql = (shared = `'{}'`): string => `
  with locked as materialized (${LOCK_APPENDS})
  insert into events (stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
  select stream_id, version, account_id, type, data, metadata::jsonb || ${shared}::jsonb, run_id, occurred_at
  from locked cross join unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::json[], $6::text[], $7::uuid[],
      $8::timestamptz[])
    with ordinality as e (stream_id, version, account_id, type, data, metadata, run_id, occurred_at, place)
  order by place
  returning position`;
