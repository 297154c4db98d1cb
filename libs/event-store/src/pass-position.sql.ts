/** Moves the sequence of the positions to $1, never back. An ORM does not move sequences. */
export const PASS_POSITION = `
  select setval('events_position_seq', greatest(last_value, $1::bigint)) from events_position_seq`;
