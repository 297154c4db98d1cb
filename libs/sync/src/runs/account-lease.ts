import { type Notice } from '#platform';

/** The lease that one process at a time holds while it writes an account's contacts and runs. */
export function accountLease(accountId: string): string {
  return `account ${accountId}`;
}

/** The same as SQL. @param accountId SQL of a uuid */
export function accountLeaseSql(accountId: string): string {
  return `'account ' || ${accountId}::text`;
}

/** Told when it is free: a run that waited for it is for any worker, who would look for it only now and then. */
export const LEASE_IS_FREE: Notice = { channel: 'contactstream_work', payload: '' };
