import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { Backoff, type Subscriptions, WakeUp, type WorkLog } from '#platform';

import { isOver } from '../runs/run.entity.js';
import { readProgressOfRuns, type RunProgress } from './read-progress-of-runs.sql.js';

/** How often runs are looked at that somebody watches. A page takes Google about as long. */
const POLL_MS = 500;

/** As long as nobody watches. */
const REST_MS = 600_000;

/** @param progress null: there is no such run any more */
type Tell = (progress: RunProgress | null) => void;

/** Looks at the runs that somebody watches, once for all who do, whichever process carries them out. */
export class RunWatch {
  private readonly stopping = new AbortController();
  private readonly watchers = new Map<string, Set<Tell>>();
  private readonly wakeUp: WakeUp;
  private loop: Promise<void> | null = null;

  constructor(
    private readonly em: SqlEntityManager,
    notifications: Subscriptions,
    private readonly log: WorkLog,
  ) {
    this.wakeUp = new WakeUp(notifications, 'contactstream_runs', (id) => this.watchers.has(id));
  }

  start(): void {
    this.loop ??= this.work();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    this.wakeUp.close();
  }

  /** @param tell at once, and at each look. @returns a function that ends it */
  watch(runId: string, tell: Tell): () => void {
    const own = this.watchers.get(runId) ?? new Set<Tell>();
    this.watchers.set(runId, own.add(tell));
    this.wakeUp.ring();
    return () => {
      own.delete(tell);
      if (own.size === 0 && this.watchers.get(runId) === own) this.watchers.delete(runId);
    };
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    const outage = new Backoff('watching sync runs', this.log);
    while (!signal.aborted) {
      try {
        if (this.watchers.size > 0) await this.look();
        outage.over();
        await this.wakeUp.wait(this.watchers.size === 0 ? REST_MS : POLL_MS, signal);
      } catch (error) {
        await outage.pause(error, signal);
      }
    }
  }

  private async look(): Promise<void> {
    const asked = [...this.watchers.keys()];
    const found = await readProgressOfRuns(this.em.fork(), asked);
    for (const id of asked) {
      const progress = found.get(id) ?? null;
      for (const tell of this.watchers.get(id) ?? []) tell(progress);
      if (progress === null || isOver(progress.run)) this.watchers.delete(id);
    }
  }
}
