import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { boundSql } from '../database/bound-sql.js';
import { type Lease, LeaseLost } from './lease.js';
import { LOCK_AND_RENEW_LEASE, sqlUnderLease } from './lock-lease.sql.js';
import { isHeld, taking } from './take-lease.sql.js';

/** Lets a lease last as long again from now. @throws LeaseLost */
export async function renewLease(em: SqlEntityManager, lease: Lease): Promise<void> {
  await sqlUnderLease(em, lease, LOCK_AND_RENEW_LEASE, [lease.durationMs / 1_000]);
}

/**
 * Begins again with a lease after a failure of the database. A statement that was sent over a lost connection may still
 * be carried out: it has come to its end when this returns, or it comes too late and is refused.
 *
 * @throws LeaseLost
 */
export async function retakeLease(em: SqlEntityManager, lease: Lease): Promise<void> {
  const [row] = await boundSql<{ fencing_token: string }>(em, RETAKE, [
    lease.name,
    lease.fencingToken,
    lease.durationMs / 1_000,
  ]);
  if (row === undefined) throw new LeaseLost(lease.name);
  lease.fencingToken = row.fencing_token;
}

/** One statement, so that the token rises exactly when it was this holder's. The primary key serves it. */
const RETAKE = `
  update leases set ${taking('owner', '$3')} where ${isHeld('$1', '$2')} returning fencing_token`;
