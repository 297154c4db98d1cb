import { AccountEntity } from './accounts/account.entity.js';
import { SyncState } from './migrations/sync-state.js';
import { RunEntity } from './run/run.entity.js';

export { type Account, type AccountState } from './accounts/account.entity.js';
export { Accounts } from './accounts/accounts.js';
export { RefreshTokenVault } from './accounts/refresh-token-vault.js';
export { PendingSignIns } from './accounts/pending-sign-ins.js';
export {
  isOver,
  type RequestedMode,
  type Run,
  type RunMode,
  type RunState,
  type RunStatistics,
  type RunTrigger,
} from './run/run.entity.js';
export { RunQueue } from './run/run-queue.js';
export { RunSyncCommand } from './run/run-sync.command.js';
export { RunSyncHandler } from './run/run-sync.handler.js';
export { RunWorker } from './run/run-worker.js';
export { type ScheduleSettings, SyncScheduler } from './schedule/sync-scheduler.js';

export const syncEntities = [AccountEntity, RunEntity];
export const syncMigrations = [{ name: '0002-sync-state', class: SyncState }];
