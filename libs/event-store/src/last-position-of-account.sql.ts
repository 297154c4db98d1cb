/**
 * Reads the last entry of an account in the index events_account_position. Not the ORM's, because the log has no entity:
 * it is never loaded as one.
 *
 * @param accountId SQL of a uuid
 */
export function lastPositionOfAccount(accountId: string): string {
  return `select position from events where account_id = ${accountId} order by position desc limit 1`;
}
