import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, fenceEverybodyOut } from '#platform';

/**
 * Keeps every sync out until the end of the transaction; one that is going on loses its lease. Runs that were under way
 * are cancelled: what their pages showed is older than what is to come. Runs are found by the index sync_runs_active.
 */
export async function keepSyncsOut(tx: SqlEntityManager): Promise<void> {
  await fenceEverybodyOut(tx);
  await boundSql(
    tx,
    `update sync_runs set state = 'cancelled', cancel_requested = true, finished_at = clock_timestamp()
     where state in ('queued', 'running')`,
  );
}
