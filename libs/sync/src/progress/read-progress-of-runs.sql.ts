import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, columnsOf } from '#platform';

import { type Run, RunEntity } from '../runs/run.entity.js';
import { type RunPhase, type RunWait } from '../runs/run-phase.js';

/** How far a run is. */
export interface RunProgress {
  readonly run: Run;
  readonly phase: RunPhase;
  readonly wait: RunWait | null;
}

/**
 * How far runs are, in one round trip, which the ORM cannot join; by the primary keys. The pages, the sync token that
 * waits for the end, and what lasts longer than a moment stand there anyway.
 */
export async function readProgressOfRuns(
  em: SqlEntityManager,
  runIds: readonly string[],
): Promise<Map<string, RunProgress>> {
  const rows = await boundSql<Record<string, unknown> & { is_listed: boolean }>(
    em,
    `select ${columnsOf(em, RunEntity, 'run')}, list.pending_sync_token is not null as is_listed
     from sync_runs run left join sync_lists list using (account_id, list) where run.id = any($1::uuid[])`,
    [runIds],
  );
  return new Map(
    rows.map(({ is_listed: isListed, ...row }) => {
      const run = em.map(RunEntity, row);
      const { phase, wait } = run.activity ?? { phase: phaseOf(run, isListed), wait: null };
      return [run.id, { run, phase: run.state === 'queued' ? 'queued' : phase, wait }];
    }),
  );
}

/** Where nothing is written, it is at what comes next. */
function phaseOf({ mode }: Run, isListed: boolean): RunPhase {
  if (!isListed) return 'fetching';
  return mode === 'full' ? 'comparing' : 'deleting';
}
