import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { boundChanges, type Change, type Notice } from '../database/bound-sql.js';
import { type Lease } from './lease.js';
import { isHeld } from './take-lease.sql.js';

/** Frees a lease at once; one that is lost or released already is left alone. It returns a row if it did. */
export function leaseToRelease({ name, fencingToken }: Lease): Change {
  return {
    name: 'released',
    sql: `update leases set expires_at = clock_timestamp(), owner = null where ${isHeld('$1', '$2')} returning 1`,
    parameters: [name, fencingToken],
  };
}

/** Frees a lease that is still held. @param notices told if it was */
export async function releaseLease(
  em: SqlEntityManager,
  lease: Lease,
  notices: readonly Notice[] = [],
): Promise<void> {
  const notify = notices.map((_, index) => `pg_notify($${2 * index + 1}, $${2 * index + 2})`);
  await boundChanges(em, [leaseToRelease(lease)], {
    sql: `select ${notify.join(', ')} from released`,
    parameters: notices.flatMap(({ channel, payload }) => [channel, payload]),
  });
}
