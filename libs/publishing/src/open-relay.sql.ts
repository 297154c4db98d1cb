/**
 * Makes sure that there is the relay $1, keeps its row locked until the transaction ends, and reads its checkpoint. Not
 * the ORM's, which cannot insert, lock and read in one statement. The primary key serves it.
 */
export const OPEN_RELAY = `
  insert into relays (name) values ($1) on conflict (name) do update set name = excluded.name
  returning position, state_position`;
