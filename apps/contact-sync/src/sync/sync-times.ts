import { type Account } from '#accounts';
import { type SyncList } from '#sync';

/** When the schedule is to sync an account next. */
export class SyncTimes {
  constructor(
    /** null: schedules are off. */
    private readonly intervalMs: number | null,
    private readonly fullIntervalMs: number,
  ) {}

  nextSync(account: Account, list: SyncList | null): Date | null {
    const intervalMs = this.intervalOf(account);
    if (intervalMs === null || account.connectedAt == null) return null;
    const firstAt = new Date(account.connectedAt.getTime() + intervalMs);
    return list?.nextSyncAt == null || list.nextSyncAt < firstAt ? firstAt : list.nextSyncAt;
  }

  /** The first scheduled sync after this time is a full one. */
  nextFullSync(account: Account, list: SyncList | null): Date | null {
    const nextSync = this.nextSync(account, list);
    if (nextSync === null || list?.fullSyncedAt == null) return nextSync;
    return new Date(list.fullSyncedAt.getTime() + this.fullIntervalMs);
  }

  /** null: nothing is scheduled. */
  private intervalOf(account: Account): number | null {
    if (account.state !== 'connected' || account.paused) return null;
    return account.syncIntervalMs ?? this.intervalMs;
  }
}
