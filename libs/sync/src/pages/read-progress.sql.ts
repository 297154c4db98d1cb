import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * How far the pages of an epoch have come, for a run that goes on after its process ended. SQL, because the age is told
 * by the database's clock; by the primary key.
 */
export async function readProgress(
  em: SqlEntityManager,
  runId: string,
  epoch: number,
  staleAfterMinutes: number,
): Promise<{ pages: number; isStale: boolean }> {
  const [row] = await boundSql<{ pages: number; stale: boolean | null }>(
    em,
    `select coalesce(max(page), 0) as pages,
       max(shown_at) < clock_timestamp() - make_interval(mins => $3) as stale
     from sync_run_pages where run_id = $1 and epoch = $2 and alive is null`,
    [runId, epoch, staleAfterMinutes],
  );
  return { pages: row?.pages ?? 0, isStale: row?.stale === true };
}
