import { type Account } from '#accounts';

/** When the schedule is to sync an account next. */
export class SyncTimes {
  constructor(
    /** null: schedules are off. */
    private readonly intervalMs: number | null,
    private readonly fullIntervalMs: number,
  ) {}

  nextSync(account: Account): Date | null {
    if (!this.isScheduled(account)) return null;
    return account.nextSyncAt ?? null;
  }

  /** The first scheduled sync after this time is a full one. */
  nextFullSync(account: Account): Date | null {
    if (!this.isScheduled(account)) return null;
    if (account.fullSyncedAt == null) return account.nextSyncAt ?? null;
    return new Date(account.fullSyncedAt.getTime() + this.fullIntervalMs);
  }

  private isScheduled(account: Account): boolean {
    return (
      account.state === 'connected' && !account.paused && (account.syncIntervalMs ?? this.intervalMs) !== null
    );
  }
}
