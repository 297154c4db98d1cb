import { ContactSnapshots } from './migrations/contact-snapshots.js';
import { SyncLeases } from './migrations/sync-leases.js';
import { SyncState } from './migrations/sync-state.js';
import { QuarantineEntryEntity } from './quarantine/quarantine-entry.entity.js';
import { RunEntity } from './runs/run.entity.js';

export { type HeldContact, heldContacts } from './deletions/held-contacts.js';
export { type DeletionGuard } from './deletions/held-deletions.js';
export { ResolveHeldDeletionsCommand } from './deletions/resolve-held-deletions/resolve-held-deletions.command.js';
export { ResolveHeldDeletionsHandler } from './deletions/resolve-held-deletions/resolve-held-deletions.handler.js';
export { DryRunSyncCommand } from './dry-run/dry-run-sync.command.js';
export { DryRunSyncHandler } from './dry-run/dry-run-sync.handler.js';
export { type DryRun } from './dry-run/dry-run.js';
export { QuarantineEntries } from './quarantine/quarantine-entries.js';
export { type QuarantineEntry } from './quarantine/quarantine-entry.entity.js';
export { ReplayQuarantinedCommand } from './quarantine/replay-quarantined/replay-quarantined.command.js';
export { ReplayQuarantinedHandler } from './quarantine/replay-quarantined/replay-quarantined.handler.js';
export { RunQueue } from './requests/run-queue.js';
export { RunSyncCommand } from './requests/run-sync/run-sync.command.js';
export { RunSyncHandler } from './requests/run-sync/run-sync.handler.js';
export { AccountLock } from './runs/account-lock.js';
export {
  type HoldReason,
  type RequestedMode,
  type Run,
  type RunStatistics,
  isOver,
} from './runs/run.entity.js';
export { SyncDependencies } from './runs/sync-dependencies.js';
export { SyncScheduler } from './schedule/sync-scheduler.js';
export { keepSyncsOut, recoverContacts, unknownAccounts } from './snapshots/recover-contacts.js';
export { RunFailed, type RunFailure } from './worker/run-failure.js';
export { RunWorker } from './worker/run-worker.js';

export const syncEntities = [RunEntity, QuarantineEntryEntity];
export const syncMigrations = [
  { name: '0002-sync-state', class: SyncState },
  { name: '0006-contact-snapshots', class: ContactSnapshots },
  { name: '0008-sync-leases', class: SyncLeases },
];
