import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { boundSql } from '../database/bound-sql.js';
import { type Lease, LeaseLost } from './lease.js';

/** SQLSTATE of the function `lock_lease`, outside of PostgreSQL's own classes. */
const LEASE_LOST = 'LE001';

/**
 * Locks the lease until the end of the transaction, which keeps a takeover waiting, and tells the time of the database
 * to the millisecond. It fails where the lease was released or taken over. Parameters: name, fencing token.
 *
 * Written out because a check before the statement would leave a gap between the two, and cost a round trip. The
 * primary key serves it. The function must be called before anything is changed: in a `with` that the change reads
 * from, or in a main SELECT that reads from no change ({@link boundChanges}).
 */
export const LOCK_LEASE = 'select lock_lease($1, $2) as now';

/**
 * Locks several leases as {@link LOCK_LEASE} does, in the order of their names, as a column of a main SELECT; it fails where
 * one of them was lost. Parameters: names, fencing tokens.
 */
export const LOCK_LEASES = `(select count(lock_lease(name, token)) from (
    select name, token from unnest($1::text[], $2::bigint[]) as held (name, token) order by name) held)`;

/** As {@link LOCK_LEASE}, and renews it. No other part of the statement may change its row. Third parameter: seconds. */
export const LOCK_AND_RENEW_LEASE = 'select lock_lease($1, $2, $3) as now';

/**
 * Runs a statement that calls `lock_lease`.
 *
 * @param sql its `$1` and `$2` are the name and the fencing token
 * @param parameters from `$3` on
 * @throws LeaseLost, and as {@link boundSql} does; nothing is stored then
 */
export async function sqlUnderLease<Row = Record<string, unknown>>(
  em: SqlEntityManager,
  { name, fencingToken }: Lease,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  return orLeaseLost(name, boundSql<Row>(em, sql, [name, fencingToken, ...parameters]));
}

/** @throws LeaseLost where the function `lock_lease` said so */
export async function orLeaseLost<T>(name: string, statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    throw (error as { code?: unknown }).code === LEASE_LOST ? new LeaseLost(name) : error;
  }
}
