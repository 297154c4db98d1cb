import { type Account } from '#accounts';
import { type Configuration } from '#platform';
import { fullIntervalOf, type SyncInterval, type SyncList, type SyncRhythm } from '#sync';
import { CronTime } from 'cron';

/** What decides when accounts are synced. */
export interface ScheduleTimes extends SyncInterval {
  readonly fullIntervalMs: number;
  /** In place of all intervals. */
  readonly cron: string | undefined;
}

/** How often the configuration lets accounts be synced. */
export function syncInterval({ SYNC_INTERVAL, SYNC_INTERVAL_MAX }: Configuration): SyncInterval {
  return { intervalMs: SYNC_INTERVAL, longestMs: SYNC_INTERVAL_MAX ?? SYNC_INTERVAL };
}

/** When the schedule is to sync an account next. */
export class SyncTimes {
  private readonly cron: CronTime | null;

  constructor(private readonly times: ScheduleTimes) {
    this.cron = times.cron === undefined ? null : new CronTime(times.cron);
  }

  /** How often accounts are synced; of a cron expression it is the time between its next two dates. */
  get rhythm(): SyncRhythm {
    const { intervalMs, longestMs } = this.times;
    if (this.cron === null) return { intervalMs, longestMs, isForAll: false };
    const [next, after] = this.cron.sendAt(2);
    const betweenMs = (after?.toMillis() ?? 0) - (next?.toMillis() ?? 0);
    return { intervalMs: betweenMs, longestMs: betweenMs, isForAll: true };
  }

  nextSync(account: Account, list: SyncList | undefined): Date | null {
    if (account.state !== 'connected' || account.paused) return null;
    if (this.cron !== null) return this.cron.sendAt().toJSDate();
    const intervalMs = account.syncIntervalMs ?? this.times.intervalMs;
    if (intervalMs === null) return null;
    const firstAt = new Date(account.connectedAt.getTime() + intervalMs);
    return list?.nextSyncAt == null || list.nextSyncAt < firstAt ? firstAt : list.nextSyncAt;
  }

  /** The first scheduled sync after this time is a full one. */
  nextFullSync(account: Account, list: SyncList | undefined): Date | null {
    const nextSync = this.nextSync(account, list);
    if (nextSync === null || list?.fullSyncedAt == null) return nextSync;
    return new Date(list.fullSyncedAt.getTime() + fullIntervalOf(account.id, this.times.fullIntervalMs));
  }
}
