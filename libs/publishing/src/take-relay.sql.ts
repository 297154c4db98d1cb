/**
 * Makes sure that there is the relay $1, takes the lease away from its leader, and keeps the row locked until the
 * transaction ends. Not the ORM's: it inserts the row, or raises its fencing number, in one statement.
 */
export const TAKE_RELAY = `
  insert into relays (name, fencing) values ($1, 1)
  on conflict (name) do update set fencing = relays.fencing + 1, owner = null, leased_until = null
  returning position, state_position`;
