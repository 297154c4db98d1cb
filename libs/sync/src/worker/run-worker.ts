import { setTimeout as delay } from 'node:timers/promises';

import { holdLease, isPassing, type Lease, type Notifications, retakeLease, WakeUp } from '#platform';

import { executeRun } from './execute-run.js';
import { LEASE_IS_FREE } from '../runs/account-lease.js';
import { RunCancelled } from '../runs/run-cancelled.js';
import { Runs } from '../runs/runs.js';
import { type SyncDependencies } from '../runs/sync-dependencies.js';
import { takeRun } from './take-run.sql.js';

/** How many accounts one process syncs side by side. */
const CONCURRENCY = 4;

/** How often runs are looked for that nobody told of: those a crashed process left behind. */
const POLL_MS = 5_000;

/** Before a run goes on that the database has failed; each further time waits twice as long. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Works off queued runs, and takes over the ones whose process has crashed: both are runs that are not over and whose
 * account's lease is free.
 */
export class RunWorker {
  private readonly stopping = new AbortController();
  private readonly going = new Set<Promise<void>>();
  private loop: Promise<void> | null = null;

  constructor(
    private readonly dependencies: SyncDependencies,
    private readonly notifications: Notifications,
    /** Names this process in the lease, for people who look. */
    private readonly owner: string,
  ) {}

  start(): void {
    this.loop ??= this.work();
  }

  /** Commits the running pages, gives the leases back, and returns; the runs go on elsewhere or at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await Promise.allSettled(this.going);
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    const work = new WakeUp(this.notifications, 'contactstream_work');
    while (!signal.aborted) {
      try {
        while (this.going.size < CONCURRENCY && (await this.takeOne(signal, work)));
      } catch (error) {
        this.dependencies.log.error({ err: error }, 'cannot look for sync runs, trying again');
      }
      await work.wait(POLL_MS, signal);
    }
    work.close();
  }

  /** @returns whether there may be more */
  private async takeOne(signal: AbortSignal, work: WakeUp): Promise<boolean> {
    if (signal.aborted) return false;
    const taken = await takeRun(this.dependencies.em.fork(), this.owner);
    if (taken === null) return false;
    const going = this.execute(taken.runId, taken.lease).finally(() => {
      if (this.going.size === CONCURRENCY) work.ring();
      this.going.delete(going);
    });
    this.going.add(going);
    return taken.hasMore;
  }

  private async execute(runId: string, lease: Lease): Promise<void> {
    const { em, log } = this.dependencies;
    const cancelled = new AbortController();
    const looks = new Set<Promise<void>>();
    const unsubscribe = this.notifications.subscribe('contactstream_cancelled', (id) => {
      if (id !== runId && id !== '') return;
      const look = this.abortIfCancelled(runId, cancelled).finally(() => looks.delete(look));
      looks.add(look);
    });
    try {
      await holdLease(em, lease, { log, notices: [LEASE_IS_FREE] }, (lost) =>
        this.executeToItsEnd(runId, lease, AbortSignal.any([this.stopping.signal, lost, cancelled.signal])),
      );
    } catch (error) {
      if (this.stopping.signal.aborted)
        log.info({ runId }, 'sync run interrupted, it goes on at the next start');
      else log.error({ runId, err: error }, 'sync run left as it is, it will be taken up again');
    } finally {
      unsubscribe();
      // A query that outlives its worker would meet a closing database.
      await Promise.all(looks);
    }
  }

  /** The lease is kept while the database is away for a moment, so that the run goes on as soon as it is back. */
  private async executeToItsEnd(runId: string, lease: Lease, signal: AbortSignal): Promise<void> {
    const { em, log } = this.dependencies;
    for (let pause = 0; ; pause = Math.min(Math.max(FIRST_PAUSE_MS, 2 * pause), LONGEST_PAUSE_MS)) {
      try {
        if (pause > 0) {
          await delay(pause, undefined, { signal });
          await retakeLease(em.fork(), lease);
        }
        await executeRun(this.dependencies, runId, lease, signal);
        return;
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error;
        log.warn({ runId, err: error }, 'the database failed, the run goes on at its page');
      }
    }
  }

  private async abortIfCancelled(runId: string, cancelled: AbortController): Promise<void> {
    try {
      const run = await new Runs(this.dependencies.em).find(runId);
      if (run?.cancelRequested === true) cancelled.abort(new RunCancelled());
    } catch (error) {
      this.dependencies.log.warn({ runId, err: error }, 'cannot look whether the run was cancelled');
    }
  }
}
