import { LOCK_AND_RENEW_LEASE } from '#platform';

const restart = (column: string): string => `
  with lease as materialized (${LOCK_AND_RENEW_LEASE}), moved as (
    update relays set ${column} = 0 from lease where name = $4 returning name
  ), forgotten as (
    delete from relay_partitions using moved where relay = moved.name and topic = $5
  )
  select 1 from moved`;

/**
 * Puts the checkpoint of a topic of the relay $4 back to the log's beginning and forgets its partitions, under the lease
 * ($1 to $3), by the column of its checkpoint.
 *
 * Not the ORM's: both happen, or neither, depending on whether the lease is still held. Both primary keys serve it.
 */
export const RESTART_TOPIC = { events: restart('position'), state: restart('state_position') } as const;
