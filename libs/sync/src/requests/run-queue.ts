import { randomUUID } from 'node:crypto';

import { type SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { boundChanges, boundSql, leaseToPrepare, type Notifications, Problem, WakeUp } from '#platform';

import { accountLease } from '../runs/account-lease.js';
import { syncInProgress } from '../runs/account-lock.js';
import { readRun } from '../runs/read-run.js';
import {
  isOver,
  NO_STATISTICS,
  type RequestedMode,
  type Run,
  RunEntity,
  type RunState,
  type RunTrigger,
} from '../runs/run.entity.js';

/** Behind the notifications, in case one was lost. */
const POLL_MS = 1_000;

/** Runs as they are asked for, looked at and waited for; {@link RunWorker} works them off. */
export class RunQueue {
  private readonly stopping = new AbortController();

  constructor(
    private readonly em: SqlEntityManager,
    private readonly notifications: Notifications,
  ) {}

  /** @throws Problem 409 sync-in-progress, with the run that is going on */
  async enqueue(accountId: string, mode: RequestedMode, trigger: RunTrigger): Promise<Run> {
    for (;;) {
      const run = await this.insert(accountId, mode, trigger);
      if (run !== null) return run;
      const active = await this.active(accountId);
      // Between the two statements the other run may have ended: then this one has its turn.
      if (active === null) continue;
      throw syncInProgress(active.id);
    }
  }

  /**
   * Waits for the end of a run, in whichever process it goes on.
   *
   * @param isNew of one that was queued just now: a look would find it where it is
   * @throws Problem 404 run-not-found, 503 service-stopping
   */
  async finished(runId: string, isNew = false): Promise<Run> {
    // Made before the look, so that an end between the look and the wait is not missed.
    const change = new WakeUp(this.notifications, 'contactstream_runs', (id) => id === runId);
    try {
      if (isNew) await change.wait(POLL_MS, this.stopping.signal);
      for (;;) {
        const run = await this.find(runId);
        if (run === null) throw new Problem(404, 'run-not-found', `There is no run ${runId} any more.`);
        if (isOver(run)) return run;
        if (this.stopping.signal.aborted) {
          throw new Problem(
            503,
            'service-stopping',
            `The service is stopping; run ${runId} goes on when it is back.`,
          );
        }
        await change.wait(POLL_MS, this.stopping.signal);
      }
    } finally {
      change.close();
    }
  }

  /**
   * Ends a run between two of its transactions: what its pages stored stays, the sync token stays the old one.
   *
   * @returns whether the run was still going on
   */
  async cancel(runId: string): Promise<boolean> {
    const em = this.em.fork();
    // One that nobody has begun is over at once; the worker that runs one ends it.
    const rows = await boundSql(
      em,
      `update sync_runs set cancel_requested = true,
         state = case when state = 'queued' then 'cancelled' else state end,
         finished_at = case when state = 'queued' then clock_timestamp() end
       where id = $1 and state in ('queued', 'running') returning 1`,
      [runId],
    );
    await boundSql(
      em,
      `select pg_notify('contactstream_cancelled', $1::text), pg_notify('contactstream_runs', $1::text)`,
      [runId],
    );
    return rows.length > 0;
  }

  async find(runId: string): Promise<Run | null> {
    return readRun(this.em.fork(), runId);
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

  /** Lets everyone who waits go, for a graceful stop. */
  stopWaiting(): void {
    this.stopping.abort();
  }

  /** @returns null when the account has an active run already */
  private async insert(accountId: string, mode: RequestedMode, trigger: RunTrigger): Promise<Run | null> {
    const em = this.em.fork();
    const run = em.create(
      RunEntity,
      {
        id: randomUUID(),
        accountId,
        requestedMode: mode,
        mode: mode === 'incremental' ? 'incremental' : 'full',
        trigger,
        state: 'queued',
        epoch: 1,
        epochStartedAt: new Date(),
        statistics: NO_STATISTICS,
        queuedAt: new Date(),
      },
      { persist: false },
    );
    try {
      await boundChanges(
        em,
        [
          {
            sql: `insert into sync_runs
                (id, account_id, requested_mode, mode, trigger, state, epoch, epoch_started_at, statistics, queued_at)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
            parameters: [
              run.id,
              accountId,
              mode,
              run.mode,
              trigger,
              run.state,
              run.epoch,
              run.epochStartedAt,
              JSON.stringify(run.statistics),
              run.queuedAt,
            ],
          },
          leaseToPrepare(accountLease(accountId)),
        ],
        { sql: `select pg_notify('contactstream_work', '')`, parameters: [] },
      );
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) return null;
      throw error;
    }
    return run;
  }

  private async active(accountId: string): Promise<Run | null> {
    return this.em.fork().findOne(RunEntity, { accountId, state: { $in: ['queued', 'running'] } });
  }
}
