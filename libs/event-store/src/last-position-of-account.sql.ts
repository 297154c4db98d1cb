/**
 * Reads the last entry of an account in the index events_account_position. Not the ORM's, because the log has no entity:
 * it is never loaded as one.
 */
export const LAST_POSITION_OF_ACCOUNT =
  'select position from events where account_id = $1 order by position desc limit 1';
