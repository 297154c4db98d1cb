import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { valuesOf } from '../database/binary-array.js';
import { boundChanges, type Change, type Notice, notifying } from '../database/bound-sql.js';
import { type Lease } from './lease.js';
import { type Attributes, type Step, traced } from '../traces/traces.js';
import { LOCK_LEASES, orLeaseLost } from './lock-lease.sql.js';

/**
 * How rows are written that only the holder of a lease may write: all changes and the check of the lease are one
 * statement, and with it one transaction.
 *
 * @param changes none may touch a row that another one touches ({@link boundChanges}); one may release the lease
 * @throws LeaseLost, and as {@link boundChanges} does; nothing is stored then
 */
export async function changeUnderLease(
  em: SqlEntityManager,
  lease: Lease,
  changes: readonly Change[],
  notices: readonly Notice[] = [],
): Promise<void> {
  await traced(commit(changes), () => changeUnderLeases(em, [lease], changes, notices));
}

/**
 * The same for the changes of several holders, of whom each is to trace its own {@link commit}.
 *
 * The check stands in the main SELECT, which PostgreSQL carries out before the changes, because it reads from none of
 * them. The snapshot of the changes may be older than the lock, but not than the lease: whoever held it before could
 * write nothing since.
 *
 * @throws LeaseLost where one of the leases was lost
 */
export async function changeUnderLeases(
  em: SqlEntityManager,
  leases: readonly Lease[],
  changes: readonly Change[],
  notices: readonly Notice[],
): Promise<void> {
  const names = valuesOf(leases, 'name');
  const check = {
    sql: `select ${LOCK_LEASES}, ${notifying('$3', '$4')}`,
    parameters: [
      names,
      valuesOf(leases, 'fencingToken'),
      valuesOf(notices, 'channel'),
      valuesOf(notices, 'payload'),
    ],
  };
  await orLeaseLost(names.join(', '), boundChanges(em, changes, check));
}

/** What a trace shows of changes that are made. */
export function commit(changes: readonly Pick<Change, 'attributes'>[]): () => Step {
  return () => ({
    name: 'commit',
    kind: 'client',
    attributes: Object.assign(
      { 'db.system.name': 'postgresql' },
      ...changes.map(({ attributes }) => attributes),
    ) as Attributes,
  });
}
