import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Run, RunEntity } from './run.entity.js';

/** A run with what its account is called. */
export interface RunOfAccount {
  readonly run: Run;
  readonly accountName: string;
}

export interface ActiveRuns {
  readonly running: number;
  readonly queued: number;
  /** Those that are running first, of each the oldest first. */
  readonly first: readonly RunOfAccount[];
}

/**
 * Runs that are not over, by the index sync_runs_active. SQL, for the count of all beside the first of them.
 *
 * @param accountId only of this one; null: of all
 */
export async function readActiveRuns(
  em: SqlEntityManager,
  accountId: string | null,
  limit: number,
): Promise<ActiveRuns> {
  const rows = await boundSql<{ run: object; accountName: string; running: number; queued: number }>(
    em,
    `select to_jsonb(run) as run, account.name as "accountName",
       (count(*) filter (where run.state = 'running') over ())::int as running,
       (count(*) filter (where run.state = 'queued') over ())::int as queued
     from sync_runs run join accounts account on account.id = run.account_id
     where run.state in ('queued', 'running') and ($1::uuid is null or run.account_id = $1)
     order by run.state = 'queued', run.queued_at, run.id limit $2`,
    [accountId, limit],
  );
  return {
    running: rows[0]?.running ?? 0,
    queued: rows[0]?.queued ?? 0,
    first: rows.map(({ run, accountName }) => ({ run: em.map(RunEntity, run), accountName })),
  };
}
