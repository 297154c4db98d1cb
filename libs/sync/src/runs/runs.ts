import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError } from '#platform';

import { readRun } from './read-run.sql.js';
import { type Run, RunEntity, type RunState } from './run.entity.js';

/** Runs, for whoever looks at them. */
export class Runs {
  constructor(private readonly em: SqlEntityManager) {}

  async find(runId: string): Promise<Run | null> {
    return readRun(this.em.fork(), runId);
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

  /** Newest first. @param before a run: only older ones */
  async list(filter: {
    accountId?: string | undefined;
    state?: RunState | undefined;
    before?: { queuedAt: Date; id: string } | undefined;
    limit: number;
  }): Promise<Run[]> {
    return this.em.fork().find(
      RunEntity,
      {
        ...(filter.accountId === undefined ? {} : { accountId: filter.accountId }),
        ...(filter.state === undefined ? {} : { state: filter.state }),
        ...(filter.before === undefined
          ? {}
          : {
              $or: [
                { queuedAt: { $lt: filter.before.queuedAt } },
                { queuedAt: filter.before.queuedAt, id: { $lt: filter.before.id } },
              ],
            }),
      },
      { orderBy: { queuedAt: 'desc', id: 'desc' }, limit: filter.limit },
    );
  }

  async latest(accountId: string): Promise<Run | null> {
    const [run] = await this.list({ accountId, limit: 1 });
    return run ?? null;
  }
}
