/**
 * Appends events under the positions that they had, which an identity column lets only SQL do (`overriding system
 * value`), and notifies the readers. The primary key and events_stream_version refuse what is taken.
 */
export const RESTORE_EVENTS = `
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
