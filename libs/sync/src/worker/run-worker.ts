import { setTimeout as delay } from 'node:timers/promises';

import { Backoff, forRun, holdLease, isPassing, type Notifications, retakeLease, WakeUp } from '#platform';

import { requestFingerprints } from '../lists/request-fingerprints.js';
import { type ListName } from '../runs/sync-list.entity.js';
import { executeRun } from './execute-run.js';
import { LEASE_IS_FREE } from '../runs/account-lease.js';
import { RunCancelled } from '../runs/run-cancelled.js';
import { type Place, Places, type Room } from './places.js';
import { QuietEnds } from './quiet-ends.js';
import { Runs } from '../runs/runs.js';
import { readRunToExecute, type RunToExecute } from '../runs/read-run.sql.js';
import { isOver } from '../runs/run.entity.js';
import { type SyncDependencies } from '../runs/sync-dependencies.js';
import { RUN_TAKEOVERS } from './run-ends.js';
import { firstWaiting, takeRuns, type TakenRun } from './take-runs.sql.js';

/** How often runs are looked for that nobody told of: those a crashed process left behind. */
const POLL_MS = 5_000;

export interface WorkerSettings {
  /** Names this process in the lease, for people who look. */
  readonly owner: string;
  /** How many accounts it syncs side by side. */
  readonly concurrency: number;
}

/**
 * Works off queued runs, and takes over the ones whose process has crashed: both are runs that are not over and whose
 * account's lease is free.
 */
export class RunWorker {
  private readonly stopping = new AbortController();
  private readonly going = new Set<Promise<void>>();
  /** Runs that were left because of an error, by their ids, until they are over. */
  private readonly failing = new Map<string, Backoff>();
  /** Those of them that are not to be taken yet. */
  private readonly resting = new Map<string, Promise<void>>();
  private readonly fingerprints: Readonly<Record<ListName, string>>;
  /** By the run: looks whether it was cancelled. */
  private readonly looks = new Map<string, () => void>();
  /** Runs whose cancellation was told since the last take began: it may have been that of one that was just taken. */
  private readonly heard = new Set<string>();
  private readonly places: Places;
  private readonly quietEnds: QuietEnds;
  private loop: Promise<void> | null = null;
  private unsubscribe = (): void => undefined;

  constructor(
    private readonly dependencies: SyncDependencies,
    private readonly notifications: Notifications,
    private readonly settings: WorkerSettings,
  ) {
    this.fingerprints = requestFingerprints(dependencies.sources.pageSize);
    this.places = new Places(settings.concurrency);
    this.quietEnds = new QuietEnds(dependencies.em);
  }

  start(): void {
    if (this.loop !== null) return;
    this.unsubscribe = this.notifications.subscribe('contactstream_cancelled', (id) => {
      this.cancellationHeard(id);
    });
    this.loop = this.work();
  }

  /** @param runId of one that was cancelled; empty: of any, as notifications may have been lost */
  private cancellationHeard(runId: string): void {
    this.heard.add(runId);
    if (runId === '') for (const look of this.looks.values()) look();
    else this.looks.get(runId)?.();
  }

  /** Commits the running pages, gives the leases back, and returns; the runs go on elsewhere or at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await Promise.allSettled([...this.going, ...this.resting.values()]);
    this.unsubscribe();
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    const work = new WakeUp(this.notifications, 'contactstream_work');
    const outage = new Backoff('looking for sync runs', this.dependencies.log);
    while (!signal.aborted) {
      try {
        while (await this.takeSome(signal, work));
        outage.over();
        await work.wait(POLL_MS, signal);
      } catch (error) {
        await outage.pause(error, signal);
      }
    }
    work.close();
  }

  /**
   * As many as there is room for; each that ends makes room for another.
   *
   * @returns whether there may be more
   */
  private async takeSome(signal: AbortSignal, work: WakeUp): Promise<boolean> {
    const { room } = this.places;
    if (room.atMost === 0 || signal.aborted) return false;
    this.heard.clear();
    const some = await this.take(room, work);
    for (const taken of some) {
      if (taken.isTakenOver) RUN_TAKEOVERS.publish({});
      const { id: runId, accountId, requestId = null } = taken.run;
      const place = this.places.take(taken.run.mode === 'full', () => {
        work.ring();
      });
      const going = forRun({ runId, accountId, requestId }, () => this.execute(taken, place, work)).finally(
        () => {
          place.end();
          this.going.delete(going);
        },
      );
      this.going.add(going);
      if (this.heard.has(runId) || this.heard.has('')) this.looks.get(runId)?.();
    }
    const full = some.filter(({ run }) => run.mode === 'full').length;
    // Of the longest waiting some may be full syncs for which there was no room, and others wait behind them.
    return some.length === room.atMost || (room.fullAtMost > 0 && full >= room.fullAtMost);
  }

  /** A run that not even begins keeps no other one waiting: the first of those that failed together rests. */
  private async take(room: Room, work: WakeUp): Promise<TakenRun[]> {
    const em = this.dependencies.em.fork();
    const resting = [...this.resting.keys()];
    try {
      const { owner } = this.settings;
      return await takeRuns(em, { ...room, owner, resting, fingerprints: this.fingerprints });
    } catch (error) {
      const first = isPassing(error) ? null : await firstWaiting(em, resting);
      if (first === null) throw error;
      this.letRest(first, error, work);
      work.ring();
      return [];
    }
  }

  private async execute(taken: TakenRun, place: Place, work: WakeUp): Promise<void> {
    const { lease } = taken;
    const runId = taken.run.id;
    const { em, log } = this.dependencies;
    const cancelled = new AbortController();
    const looking = new Set<Promise<void>>();
    this.looks.set(runId, () => {
      const look = this.abortIfCancelled(runId, cancelled).finally(() => looking.delete(look));
      looking.add(look);
    });
    try {
      await holdLease(em, lease, { log, notices: [LEASE_IS_FREE] }, async (lost) => {
        const ended = AbortSignal.any([this.stopping.signal, lost, cancelled.signal]);
        try {
          await this.executeToItsEnd(taken, place, ended);
        } catch (error) {
          // Before the lease is free, which wakes this worker, too.
          if (!ended.aborted) this.letRest(runId, error, work);
          throw error;
        }
      });
      this.failing.get(runId)?.over();
      this.failing.delete(runId);
    } catch (error) {
      if (this.stopping.signal.aborted) log.info('sync run interrupted, it goes on at the next start');
      else if (!this.resting.has(runId))
        log.warn({ err: error }, 'sync run left as it is, it will be taken up again');
    } finally {
      this.looks.delete(runId);
      // A query that outlives its worker would meet a closing database.
      await Promise.all(looking);
    }
  }

  /** The run is not taken again at once: what failed would most likely fail again. */
  private letRest(runId: string, error: unknown, work: WakeUp): void {
    const backoff = this.failing.get(runId) ?? new Backoff('working on a sync run', this.dependencies.log);
    this.failing.set(runId, backoff);
    const rest = backoff.pause(error, this.stopping.signal).then(() => {
      this.resting.delete(runId);
      work.ring();
    });
    this.resting.set(runId, rest);
  }

  /** The lease is kept while the database is away for a moment, so that the run goes on as soon as it is back. */
  private async executeToItsEnd(
    { lease, ...taken }: TakenRun,
    place: Place,
    signal: AbortSignal,
  ): Promise<void> {
    const { em, log } = this.dependencies;
    const outage = new Backoff('the database under a sync run', log);
    let next: RunToExecute | null = taken;
    for (let pauseMs = 0; ;) {
      // Works again: it has worked for as long as was waited for it.
      const again =
        pauseMs === 0
          ? undefined
          : setTimeout(() => {
              outage.over();
            }, pauseMs);
      try {
        if (pauseMs > 0) {
          await retakeLease(em.fork(), lease);
          next = await readRunToExecute(em.fork(), taken.run.id);
        }
        // The run may have ended with the statement whose answer was lost, or its account may have gone.
        if (next !== null && !isOver(next.run)) {
          const { quietEnds } = this;
          await executeRun(this.dependencies, next, { lease, place, quietEnds }, signal);
        }
        outage.over();
        return;
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error;
        pauseMs = outage.failed(error);
      } finally {
        clearTimeout(again);
      }
      await delay(pauseMs, undefined, { signal });
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
