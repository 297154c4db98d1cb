import { IS_HOLDER, LEASE_END } from './relay-lease.sql.js';

const restart = (column: string): string => `
  with moved as (
    update relays set ${column} = 0, leased_until = ${LEASE_END('$3')} where ${IS_HOLDER} returning name
  ), forgotten as (
    delete from relay_partitions using moved where relay = moved.name and topic = $4
  )
  select 1 from moved`;

/**
 * Puts a topic's checkpoint back to the log's beginning and forgets its partitions, under the lease ($1 to $3), by the
 * column of its checkpoint.
 *
 * Not the ORM's: both happen, or neither, depending on whether the lease is still held. Both primary keys serve it.
 */
export const RESTART_TOPIC = { events: restart('position'), state: restart('state_position') } as const;
