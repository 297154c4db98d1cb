/**
 * The last position of an account, by the last entry of it in the index events_account_position. Not the ORM's, because
 * the log has no entity: it is never loaded as one.
 *
 * @param account its id, SQL
 */
export function lastPositionSql(account: string): string {
  return `select position from events where account_id = ${account} order by position desc limit 1`;
}
