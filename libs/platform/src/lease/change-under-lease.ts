import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { boundChanges, type Change, type Notice } from '../database/bound-sql.js';
import { type Lease } from './lease.js';
import { type Attributes, type Step, traced } from '../traces/traces.js';
import { LOCK_LEASE, orLeaseLost } from './lock-lease.sql.js';

/**
 * How rows are written that only the holder of a lease may write: all changes and the check of the lease are one
 * statement, and with it one transaction.
 *
 * The check stands in the main SELECT, which PostgreSQL carries out before the changes, because it reads from none of
 * them. The snapshot of the changes may be older than the lock, but not than the lease: whoever held it before could
 * write nothing since.
 *
 * @param changes none may touch a row that another one touches ({@link boundChanges}); one may release the lease
 * @throws LeaseLost, and as {@link boundChanges} does; nothing is stored then
 */
export async function changeUnderLease(
  em: SqlEntityManager,
  { name, fencingToken }: Lease,
  changes: readonly Change[],
  notices: readonly Notice[] = [],
): Promise<void> {
  const notify = notices.map((_, index) => `, pg_notify($${2 * index + 3}, $${2 * index + 4})`);
  const check = {
    sql: `${LOCK_LEASE}${notify.join('')}`,
    parameters: [name, fencingToken, ...notices.flatMap(({ channel, payload }) => [channel, payload])],
  };
  await traced(commit(changes), () => orLeaseLost(name, boundChanges(em, changes, check)));
}

function commit(changes: readonly Change[]): () => Step {
  return () => ({
    name: 'commit',
    kind: 'client',
    attributes: Object.assign(
      { 'db.system.name': 'postgresql' },
      ...changes.map(({ attributes }) => attributes),
    ) as Attributes,
  });
}
