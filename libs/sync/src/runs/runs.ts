import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError, isUuid, newestFirst, type Page, type PageRequest } from '#platform';

import { type ActiveRuns, readActiveRuns } from './active-runs.sql.js';
import { readLatestRuns, readRun } from './read-run.sql.js';
import { type Run, RunEntity, type RunState } from './run.entity.js';

/** Runs, for whoever looks at them. */
export class Runs {
  constructor(private readonly em: SqlEntityManager) {}

  async find(runId: string): Promise<Run | null> {
    return isUuid(runId) ? readRun(this.em.fork(), runId) : null;
  }

  async accountOf(runId: string): Promise<string | null> {
    return (await this.find(runId))?.accountId ?? null;
  }

  /** @throws CodedError run-not-found */
  async get(runId: string): Promise<Run> {
    const run = await this.find(runId);
    if (run === null) throw new CodedError('run-not-found', `There is no run ${runId}.`);
    return run;
  }

  /** The one that is queued or running. */
  async active(accountId: string): Promise<Run | null> {
    return this.em.fork().findOne(RunEntity, { accountId, state: { $in: ['queued', 'running'] } });
  }

  /** Those that are queued or running, and the first of them. @param accountId only of this one; null: of all */
  async activeOnes(accountId: string | null, limit: number): Promise<ActiveRuns> {
    return readActiveRuns(this.em.fork(), accountId, limit);
  }

  async listOf(runIds: readonly string[]): Promise<Run[]> {
    return this.em.fork().find(RunEntity, { id: { $in: [...runIds] } });
  }

  /** Newest first. @throws CodedError invalid-cursor */
  async list({
    accountId,
    state,
    ...page
  }: PageRequest & {
    readonly accountId?: string | undefined;
    readonly state?: RunState | undefined;
  }): Promise<Page<Run>> {
    return newestFirst(this.em.fork(), RunEntity, { accountId, state }, NEWEST_FIRST, page);
  }

  /** The newest run of each account that has one. */
  async latest(accountIds: readonly string[]): Promise<Run[]> {
    return readLatestRuns(this.em.fork(), accountIds);
  }
}

const NEWEST_FIRST = { queuedAt: 'desc', id: 'desc' } as const;
