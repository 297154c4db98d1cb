import { LOCK_AND_RENEW_LEASE } from '#platform';

/**
 * Moves the checkpoint of the relay $4 by compare-and-set, records what each partition acknowledged and which events it
 * passes without sending them ($13), and renews the lease ($1 to $3). The update waits for the lease, which it reads.
 * Whoever follows the events that are not sent is told of them.
 *
 * Not the ORM's: it is one statement, so one round trip, between one send and the next
 * (docs/adr/0022-one-send-in-flight.md). Both primary keys serve it.
 */
export const ADVANCE_CHECKPOINT = `
  with lease as materialized (${LOCK_AND_RENEW_LEASE}), moved as (
    update relays set position = $5, state_position = $6 from lease
    where name = $4 and position = $7 and state_position = $8
    returning name
  ), recorded as (
    insert into relay_partitions (relay, topic, partition, last_offset, last_position)
    select moved.name, known.* from moved, unnest($9::text[], $10::int[], $11::bigint[], $12::bigint[]) as known
    on conflict (topic, partition) do update
      set relay = excluded.relay, last_offset = excluded.last_offset,
        last_position = greatest(relay_partitions.last_position, excluded.last_position)
  ), withheld as (
    insert into withheld_events (relay, position)
    select moved.name, passed.position from moved, unnest($13::bigint[]) as passed (position)
    order by passed.position on conflict do nothing
  )
  select (select pg_notify('contactstream_refused', '') where cardinality($13::bigint[]) > 0) from moved`;
