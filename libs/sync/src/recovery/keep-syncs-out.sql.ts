import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * Keeps every sync out until the end of the transaction; one that is going on loses its lease. Runs that were under way
 * are cancelled: what their pages showed is older than what is to come.
 */
export async function keepSyncsOut(tx: SqlEntityManager): Promise<void> {
  await boundSql(tx, `set local lock_timeout = '30s'`);
  // Each transaction that writes contacts locks a row of it first, and waits here.
  await boundSql(tx, 'lock table sync_leases in exclusive mode');
  await boundSql(
    tx,
    `update sync_leases set fencing_token = fencing_token + 1, owner = null, expires_at = clock_timestamp()`,
  );
  await boundSql(
    tx,
    `update sync_runs set state = 'cancelled', cancel_requested = true, finished_at = clock_timestamp()
     where state in ('queued', 'running')`,
  );
}
