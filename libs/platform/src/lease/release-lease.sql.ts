import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { valuesOf } from '../database/binary-array.js';
import { boundChanges, type Change, type Notice, notifying } from '../database/bound-sql.js';
import { type Lease } from './lease.js';
import { isHeld } from './take-lease.sql.js';

/** Frees leases at once; those that are lost or released already are left alone. It returns a row for each of the others. */
export function leasesToRelease(leases: readonly Lease[]): Change {
  return {
    name: 'released',
    sql: `update leases set expires_at = clock_timestamp(), owner = null
      from unnest($1::text[], $2::bigint[]) as held (name, token) where ${isHeld('held.name', 'held.token')} returning 1`,
    parameters: [valuesOf(leases, 'name'), valuesOf(leases, 'fencingToken')],
  };
}

/** Frees a lease that is still held. @param notices told if it was */
export async function releaseLease(
  em: SqlEntityManager,
  lease: Lease,
  notices: readonly Notice[] = [],
): Promise<void> {
  await boundChanges(em, [leasesToRelease([lease])], {
    sql: `select ${notifying('$1', '$2')} from released`,
    parameters: [valuesOf(notices, 'channel'), valuesOf(notices, 'payload')],
  });
}
