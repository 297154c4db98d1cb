import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, Problem } from '#platform';
import { type Logger } from 'pino';

import { type RunQueue } from '../requests/run-queue.js';

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
    const { intervalMs } = this.settings;
    // Whoever moves the time on queues the run; the row lock lets only one process do so.
    const due = await boundSql<DueAccount>(
      this.em.fork(),
      `update accounts set next_sync_at = now() + make_interval(secs => coalesce(sync_interval_ms, $1) / 1000.0)
       where id in (
         select id from accounts
         where state = 'connected' and not paused and next_sync_at <= now()
           and ($1::bigint is not null or sync_interval_ms is not null)
         for update skip locked)
       returning id, full_synced_at <= now() - make_interval(secs => $2::bigint / 1000.0) as full_is_due`,
      [intervalMs, this.settings.fullIntervalMs],
    );
    await this.queueRuns(due);
  }

  /** Queues a run for every connected account, for SYNC_CRON. */
  async queueAll(): Promise<void> {
    const accounts = await boundSql<DueAccount>(
      this.em.fork(),
      `select id, full_synced_at <= now() - make_interval(secs => $1::bigint / 1000.0) as full_is_due
       from accounts where state = 'connected' and not paused`,
      [this.settings.fullIntervalMs],
    );
    await this.queueRuns(accounts);
  }

  private async queueRuns(accounts: readonly DueAccount[]): Promise<void> {
    for (const { id, full_is_due: fullIsDue } of accounts) {
      try {
        // The sync token dies after 7 days, so a full sync comes first.
        await this.queue.enqueue(id, fullIsDue === true ? 'full' : 'auto', 'scheduled');
      } catch (error) {
        if (!(error instanceof Problem && error.code === 'sync-in-progress')) throw error;
        this.log.debug({ accountId: id }, 'scheduled sync left out: one is going on');
      }
    }
  }
}

interface DueAccount {
  id: string;
  full_is_due: boolean | null;
}
