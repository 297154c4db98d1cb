/** The lease that one process at a time holds while it writes an account's contacts and runs. */
export function accountLease(accountId: string): string {
  return `account ${accountId}`;
}

/** The same as SQL. @param accountId SQL of a uuid */
export function accountLeaseSql(accountId: string): string {
  return `'account ' || ${accountId}::text`;
}
