import { AccountEntity } from './accounts/account.entity.js';
import { SyncState } from './migrations/sync-state.js';
import { QuarantineEntryEntity } from './quarantine/quarantine-entry.entity.js';
import { RunEntity } from './run/run.entity.js';

export { type Account, type AccountState } from './accounts/account.entity.js';
export { Accounts } from './accounts/accounts.js';
export { RefreshTokenVault } from './accounts/refresh-token-vault.js';
export { PendingSignIns } from './accounts/pending-sign-ins.js';
export {
  type HoldReason,
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

export { AccountLock } from './lease/account-lock.js';
export { type HeldContact, heldContacts } from './held/held-contacts.js';
export { ResolveHeldDeletionsCommand } from './held/resolve-held-deletions.command.js';
export { ResolveHeldDeletionsHandler } from './held/resolve-held-deletions.handler.js';
export { QuarantineEntries } from './quarantine/quarantine-entries.js';
export { type QuarantineEntry, type QuarantineState } from './quarantine/quarantine-entry.entity.js';
export { ReplayQuarantinedCommand } from './quarantine/replay-quarantined.command.js';
export { ReplayQuarantinedHandler } from './quarantine/replay-quarantined.handler.js';
export { keepSyncsOut, recoverContacts, unknownAccounts } from './recovery/recover-contacts.js';
export { type DeletionGuard } from './run/held-deletions.js';
export { type Rehearsal } from './run/rehearse-run.js';
export { RehearseSyncCommand } from './run/rehearse-sync.command.js';
export { RehearseSyncHandler } from './run/rehearse-sync.handler.js';
export { RunFailed, type RunFailure } from './run/run-failure.js';
export { RunResources } from './run/run-resources.js';

export const syncEntities = [AccountEntity, RunEntity, QuarantineEntryEntity];
export const syncMigrations = [{ name: '0002-sync-state', class: SyncState }];
