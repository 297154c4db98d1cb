import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Logger } from 'pino';

import { type RunQueue } from '../requests/run-queue.js';
import { claimDueLists, type DueList, listsToSync } from './claim-due-lists.sql.js';

export interface ScheduleSettings {
  /** null: nothing is scheduled by interval. */
  readonly intervalMs: number | null;
  readonly fullIntervalMs: number;
}

/** Asks for the automatic syncs of connected accounts. Any number of processes may do so side by side. */
export class SyncScheduler {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly queue: RunQueue,
    private readonly settings: ScheduleSettings,
    private readonly log: Logger,
  ) {}

  /** Queues a run for every account whose time has come. */
  async queueDue(): Promise<void> {
    const { intervalMs, fullIntervalMs } = this.settings;
    await this.queueRuns(await claimDueLists(this.em.fork(), 'contacts', intervalMs, fullIntervalMs));
  }

  /** Queues a run for every connected account, for SYNC_CRON. */
  async queueAll(): Promise<void> {
    await this.queueRuns(await listsToSync(this.em.fork(), 'contacts', this.settings.fullIntervalMs));
  }

  private async queueRuns(lists: readonly DueList[]): Promise<void> {
    const asked = lists.map(({ accountId, fullIsDue }) => ({
      accountId,
      // The sync token dies after 7 days, so a full sync comes first.
      requestedMode: fullIsDue === true ? ('full' as const) : ('auto' as const),
      trigger: 'scheduled' as const,
      requestId: null,
    }));
    const queued = new Set((await this.queue.enqueueEach(asked)).map(({ accountId }) => accountId));
    for (const { accountId } of asked) {
      if (!queued.has(accountId)) this.log.debug({ accountId }, 'scheduled sync left out: one is going on');
    }
  }
}
