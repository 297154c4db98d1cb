import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { boundSql } from '../database/bound-sql.js';
import { isLockedOut } from '../database/passing-error.js';
import { type Lease, LEASE_MS } from './lease.js';
import { isFree, taking } from './take-lease.sql.js';

export interface AcquireOptions {
  readonly durationMs?: number;
  /** The owner is no two processes' name: what it holds it left by itself, and may take again. */
  readonly isOwnAgain?: boolean;
}

/** How long a takeover waits for what the holder before it is still writing. */
const TAKEOVER_LOCK_TIMEOUT = '1s';

/**
 * Takes a lease if it is free.
 *
 * @param owner names the process, for people who look at the table
 * @returns null when someone else holds it, or a transaction of someone else's has it locked
 */
export async function acquireLease(
  em: SqlEntityManager,
  name: string,
  owner: string,
  { durationMs = LEASE_MS, isOwnAgain = false }: AcquireOptions = {},
): Promise<Lease | null> {
  try {
    const [row] = await boundSql<{ fencing_token: string }>(em, ACQUIRE, [
      name,
      owner,
      durationMs / 1_000,
      isOwnAgain,
      TAKEOVER_LOCK_TIMEOUT,
    ]);
    return row === undefined ? null : { name, fencingToken: row.fencing_token, durationMs };
  } catch (error) {
    if (isLockedOut(error)) return null;
    throw error;
  }
}

const mayBeTaken = (lease: string): string => `(${isFree(lease)} or ($4::bool and ${lease}.owner = $2))`;

/**
 * Written out because the database's clock decides, and a new row and a free one must be one case. The primary key
 * serves it. The setting is made before there is a row to insert, and lasts as long as the statement. Whoever sees
 * that the lease is held locks nothing; who does not looks again under the lock.
 */
const ACQUIRE = `
  with patience as materialized (select set_config('lock_timeout', $5, true))
  insert into leases as lease (name, owner, fencing_token, expires_at)
  select $1, $2, 1, clock_timestamp() + make_interval(secs => $3) from patience
  where not exists (select from leases held where held.name = $1 and not ${mayBeTaken('held')})
  on conflict (name) do update set ${taking('excluded.owner', '$3', 'lease')}
    where ${mayBeTaken('lease')}
  returning fencing_token`;
