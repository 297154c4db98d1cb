import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Change, CodedError, databaseTrouble, isPassing, type Notifications, WakeUp } from '#platform';

import { syncInProgress } from '../runs/account-lock.js';
import { newRun } from '../runs/new-run.js';
import { readRunWithLog, type RunWithLog } from '../runs/read-run.sql.js';
import { isOver, type RequestedMode, type Run, type RunTrigger } from '../runs/run.entity.js';
import { Runs } from '../runs/runs.js';
import { storeQueuedRuns } from './store-queued-runs.sql.js';

/** Behind the notifications, in case one was lost. */
const POLL_MS = 1_000;

/** Runs as they are asked for and waited for; a worker, in whichever process, works them off. */
export class RunQueue {
  private readonly stopping = new AbortController();
  private readonly runs: Runs;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly notifications: Notifications,
  ) {
    this.runs = new Runs(em);
  }

  /**
   * @param requestId of the call that asks for it; left out: none does
   * @throws CodedError sync-in-progress, with the run that is going on
   */
  async enqueue(
    accountId: string,
    mode: RequestedMode,
    trigger: RunTrigger,
    requestId: string | null = null,
  ): Promise<Run> {
    for (;;) {
      const [run] = await this.enqueueEach([{ accountId, requestedMode: mode, trigger, requestId }]);
      if (run !== undefined) return run;
      const active = await this.runs.active(accountId);
      // Between the two statements the other run may have ended: then this one has its turn.
      if (active === null) continue;
      throw syncInProgress(active.id);
    }
  }

  /**
   * @param em of a transaction that they belong to; left out: none
   * @param beside what the same statement changes, also where it queues none
   * @returns the runs of those accounts that are connected and have no active one
   */
  async enqueueEach(
    asked: readonly Parameters<typeof newRun>[1][],
    em: SqlEntityManager = this.em.fork(),
    beside: readonly Change[] = [],
  ): Promise<Run[]> {
    if (asked.length === 0) return [];
    const runs = asked.map((one) => newRun(em, one));
    const stored = await storeQueuedRuns(em, runs, beside);
    return runs.filter(({ id }) => stored.has(id));
  }

  /**
   * Waits for the end of a run, in whichever process it goes on.
   *
   * @param isNew of one that was queued just now: a look would find it where it is
   * @throws CodedError run-not-found, service-stopping, database-unavailable
   */
  async finished(runId: string, isNew = false): Promise<RunWithLog> {
    // Made before the look, so that an end between the look and the wait is not missed.
    const change = new WakeUp(this.notifications, 'contactstream_runs', (id) => id === runId);
    try {
      if (isNew) await change.wait(POLL_MS, this.stopping.signal);
      for (;;) {
        const found = await readRunWithLog(this.em.fork(), runId);
        if (found === null) throw new CodedError('run-not-found', `There is no run ${runId} any more.`);
        if (isOver(found.run)) return found;
        if (this.stopping.signal.aborted) {
          throw new CodedError(
            'service-stopping',
            `The service is stopping; run ${runId} goes on when it is back.`,
          );
        }
        await change.wait(POLL_MS, this.stopping.signal);
      }
    } catch (error) {
      const trouble = isPassing(error) ? databaseTrouble(error) : null;
      if (trouble === null) throw error;
      const message = `${trouble.found}; run ${runId} goes on when it is back.`;
      throw new CodedError('database-unavailable', message, { runId }, { cause: error });
    } finally {
      change.close();
    }
  }

  /** Lets everyone who waits go, for a graceful stop. */
  stopWaiting(): void {
    this.stopping.abort();
  }
}
