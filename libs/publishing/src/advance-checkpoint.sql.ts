import { IS_HOLDER, LEASE_END } from './relay-lease.sql.js';

/**
 * Moves the checkpoint by compare-and-set, records what each partition acknowledged, and renews the lease ($1 to $3).
 *
 * Not the ORM's: it is one statement, so one round trip, between one send and the next
 * (docs/adr/0022-one-send-in-flight.md). Both primary keys serve it.
 */
export const ADVANCE_CHECKPOINT = `
  with moved as (
    update relays set position = $4, state_position = $5, leased_until = ${LEASE_END('$3')}
    where ${IS_HOLDER} and position = $6 and state_position = $7
    returning name
  ), recorded as (
    insert into relay_partitions (relay, topic, partition, last_offset, last_position)
    select moved.name, known.* from moved, unnest($8::text[], $9::int[], $10::bigint[], $11::bigint[]) as known
    on conflict (topic, partition) do update
      set relay = excluded.relay, last_offset = excluded.last_offset,
        last_position = greatest(relay_partitions.last_position, excluded.last_position)
  )
  select 1 from moved`;
