/**
 * Makes sure that there is the relay $1, and takes the lease away from whoever leads it, until the transaction ends: the
 * row stays locked, and the raised fencing number stops him afterwards. Not the ORM's: it inserts or raises in one go.
 */
export const TAKE_RELAY = `
  insert into relays (name, fencing) values ($1, 1)
  on conflict (name) do update set fencing = relays.fencing + 1, owner = null, leased_until = null
  returning position, state_position`;
