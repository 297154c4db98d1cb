import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { boundSql } from '../database/bound-sql.js';

/**
 * Takes every lease away, and lets nobody acquire one or write under one until the end of the transaction. Every such
 * statement locks a row of the table first, so it waits for the lock on the table, and then finds its token outdated.
 *
 * @param tx of the transaction; what is being written under a lease is waited for, for 30 s at most
 */
export async function fenceEverybodyOut(tx: SqlEntityManager): Promise<void> {
  await boundSql(tx, `set local lock_timeout = '30s'`);
  await boundSql(tx, 'lock table leases in exclusive mode');
  await boundSql(
    tx,
    'update leases set fencing_token = fencing_token + 1, owner = null, expires_at = clock_timestamp()',
  );
}
