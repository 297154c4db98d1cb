import { LOCK_AND_RENEW_LEASE } from '#platform';

/*
 * What the relay's leader reads and writes of refused_records. Not the ORM's, as all that is written under a lease: the
 * check of the lease and the change are one statement. The unique index refused_records_open serves all of them but the
 * last, which the primary key serves.
 */

/** The open ones of the relay $1. */
export const OPEN_RECORDS = `
  select id, contact_id, events_position, state_position, requested from refused_records
  where relay = $1 and state = 'open'`;

/**
 * Puts a contact's records aside, under the lease ($1 to $3) of the relay $4: the contact $5, from the positions $6 on
 * the events topic and $7 on the state topic (null: as it is), because of $8.
 */
export const PUT_ASIDE = `
  with lease as materialized (${LOCK_AND_RENEW_LEASE})
  insert into refused_records as known (relay, contact_id, events_position, state_position, error)
  select $4, $5::uuid, $6::bigint, $7::bigint, $8 from lease
  on conflict (relay, contact_id) where state = 'open' do update set
    events_position = coalesce(known.events_position, excluded.events_position),
    state_position = coalesce(known.state_position, excluded.state_position),
    error = excluded.error
  returning id`;

/**
 * Tells what became of a request, under the lease ($1 to $3) of a relay ($4): $5 has the state $6 now, and, where it is
 * still open, waits from the positions $7 and $8 because of $9.
 */
export const SETTLE_RECORD = `
  with lease as materialized (${LOCK_AND_RENEW_LEASE}), settled as (
    update refused_records set state = $6, requested = null,
      closed_at = case when $6 <> 'open' then now() end,
      events_position = case when $6 = 'open' then $7::bigint else events_position end,
      state_position = case when $6 = 'open' then $8::bigint else state_position end,
      error = coalesce($9, error)
    from lease where id = $5::uuid and relay = $4 returning 1
  )
  select pg_notify('contactstream_refused', '') from settled`;
