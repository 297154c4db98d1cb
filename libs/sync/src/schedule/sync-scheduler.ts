import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Logger } from 'pino';

import { type RunQueue } from '../requests/run-queue.js';
import { claimDueLists, type DueTimes } from './claim-due-lists.sql.js';
import { forgetTimesToCome, makeAllDue, settleTimes } from './settle-times.sql.js';

/** How often lists are looked for that have no time, or one that cannot be. */
const SETTLE_EVERY_MS = 10_000;

/** Asks for the automatic syncs of connected accounts. Any number of processes may do so side by side. */
export class SyncScheduler {
  private settledAt: number | null = null;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly queue: RunQueue,
    private readonly times: DueTimes,
    private readonly log: Logger,
  ) {}

  /**
   * Queues a run for accounts whose time has come: as many as the queue has room for, the longest due first. One
   * transaction: a process that dies in between would take their times with it.
   */
  async queueDue(): Promise<void> {
    await this.settle();
    await this.em.fork().transactional(async (tx) => {
      const due = await claimDueLists(tx, this.times);
      const asked = due
        // Who ends a run holds it until the list is its own: to queue another one would wait for that.
        .filter(({ isActive }) => !isActive)
        .map(({ accountId, fullIsDue }) => ({
          accountId,
          // The sync token dies after 7 days, so a full sync comes first.
          requestedMode: fullIsDue === true ? ('full' as const) : ('auto' as const),
          trigger: 'scheduled' as const,
          requestId: null,
        }));
      const queued = new Set((await this.queue.enqueueEach(asked, tx)).map(({ accountId }) => accountId));
      for (const { accountId } of due) {
        if (!queued.has(accountId)) this.log.debug({ accountId }, 'scheduled sync left out: one is going on');
      }
    });
  }

  /** Makes every connected account due, for SYNC_CRON. */
  async makeAllDue(): Promise<void> {
    await makeAllDue(this.em.fork(), 'contacts');
  }

  private async settle(): Promise<void> {
    const now = performance.now();
    if (this.settledAt !== null && now - this.settledAt < SETTLE_EVERY_MS) return;
    const em = this.em.fork();
    if (!this.times.byCron) await settleTimes(em, 'contacts', this.times);
    else if (this.settledAt === null) await forgetTimesToCome(em);
    this.settledAt = now;
  }
}
