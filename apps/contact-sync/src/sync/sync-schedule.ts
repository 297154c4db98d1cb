import { type SchedulerRegistry } from '@nestjs/schedule';
import { Backoff } from '#platform';
import { type SyncScheduler } from '#sync';
import { CronJob } from 'cron';
import { type Logger } from 'pino';

/** How often the schedule is looked at. */
const TICK_MS = 1_000;

/** Queues the syncs that are due, by the interval of each account or by SYNC_CRON. */
export class SyncSchedule {
  private readonly stopping = new AbortController();
  private readonly outage: Backoff;
  private ticking: Promise<void> | null = null;
  /** A date of SYNC_CRON has come, for the next tick. */
  private allAreDue = false;

  /** @param cron in place of the accounts' intervals */
  constructor(
    private readonly scheduler: SyncScheduler,
    private readonly registry: SchedulerRegistry,
    private readonly cron: string | undefined,
    log: Logger,
  ) {
    this.outage = new Backoff('queueing scheduled syncs', log);
  }

  /** Nest's scheduler ends what is registered with it. */
  start(): void {
    const { registry, scheduler, cron: cronTime } = this;
    const tick = (): void => {
      this.tick(async () => {
        if (this.allAreDue) await scheduler.makeAllDue();
        this.allAreDue = false;
        await scheduler.queueDue();
      });
    };
    registry.addInterval('sync', setInterval(tick, TICK_MS));
    if (cronTime === undefined) return;
    const onTick = (): void => {
      this.allAreDue = true;
    };
    registry.addCronJob('sync', CronJob.from({ cronTime, onTick, start: true }));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ticking;
  }

  /** One at a time, and none while stopping: a query must not meet a closing database. */
  private tick(queue: () => Promise<void>): void {
    if (this.stopping.signal.aborted || this.ticking !== null) return;
    this.ticking = this.untilItWorks(queue).finally(() => {
      this.ticking = null;
    });
  }

  private async untilItWorks(queue: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await queue();
        this.outage.over();
        return;
      } catch (error) {
        await this.outage.pause(error, signal);
      }
    }
  }
}
