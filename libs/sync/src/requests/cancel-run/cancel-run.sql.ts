import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * Ends a run that nobody has begun, asks the worker of one that is running to end it, and tells whoever waits. One
 * statement, because between two of them a queued run may begin. By the primary key.
 *
 * @returns whether the run was still going on
 */
export async function requestCancellation(em: SqlEntityManager, runId: string): Promise<boolean> {
  const rows = await boundSql(
    em,
    `with cancelled as (
       update sync_runs set cancel_requested = true,
         state = case when state = 'queued' then 'cancelled' else state end,
         finished_at = case when state = 'queued' then clock_timestamp() end
       where id = $1 and state in ('queued', 'running') returning id::text
     )
     select pg_notify('contactstream_cancelled', id), pg_notify('contactstream_runs', id) from cancelled`,
    [runId],
  );
  return rows.length > 0;
}
