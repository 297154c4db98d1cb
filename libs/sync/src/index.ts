import { Absences as AbsencesOfRuns } from './migrations/absences.js';
import { AccountFigures } from './migrations/account-figures.js';
import { ChangesOfLists } from './migrations/changes-of-lists.js';
import { ClosedQuarantine } from './migrations/closed-quarantine.js';
import { ContactSnapshots } from './migrations/contact-snapshots.js';
import { ListOutcomes } from './migrations/list-outcomes.js';
import { ListedTimes } from './migrations/listed-times.js';
import { RequestsOfRuns } from './migrations/requests-of-runs.js';
import { RoomForSnapshots } from './migrations/room-for-snapshots.js';
import { RunProgress as RunProgressColumns } from './migrations/run-progress.js';
import { SyncLeases } from './migrations/sync-leases.js';
import { SyncLists as SyncListTables } from './migrations/sync-lists.js';
import { SyncState } from './migrations/sync-state.js';
import { SnapshotsWithoutFieldHashes } from './migrations/snapshots-without-field-hashes.js';
import { DueLists } from './migrations/due-lists.js';
import { TellingRuns } from './migrations/telling-runs.js';
import { QuarantineEntryEntity } from './quarantine/quarantine-entry.entity.js';
import { RunEntity } from './runs/run.entity.js';
import { SyncListEntity } from './runs/sync-list.entity.js';

export { ResolveHeldDeletionsCommand } from './deletions/resolve-held-deletions/resolve-held-deletions.command.js';
export { ResolveHeldDeletionsHandler } from './deletions/resolve-held-deletions/resolve-held-deletions.handler.js';
export { LetGoOldHeldCommand } from './deletions/let-go-old-held/let-go-old-held.command.js';
export { LetGoOldHeldHandler } from './deletions/let-go-old-held/let-go-old-held.handler.js';
export { HeldDecisions } from './deletions/held-decisions.js';
export { DryRunSyncCommand } from './dry-run/dry-run-sync.command.js';
export { DryRunSyncHandler } from './dry-run/dry-run-sync.handler.js';
export { type DryRun } from './dry-run/dry-run.js';
export { type DayFigures, Figures } from './figures/figures.js';
export { RemoveOldFiguresCommand } from './figures/remove-old-figures/remove-old-figures.command.js';
export { RemoveOldFiguresHandler } from './figures/remove-old-figures/remove-old-figures.handler.js';
export { LISTS } from './lists/lists.js';
export { DiscardQuarantinedCommand } from './quarantine/discard-quarantined/discard-quarantined.command.js';
export { DiscardQuarantinedHandler } from './quarantine/discard-quarantined/discard-quarantined.handler.js';
export { QuarantineEntries } from './quarantine/quarantine-entries.js';
export { type QuarantineEntry } from './quarantine/quarantine-entry.entity.js';
export { RemoveOldPayloadsCommand } from './quarantine/remove-old-payloads/remove-old-payloads.command.js';
export { RemoveOldPayloadsHandler } from './quarantine/remove-old-payloads/remove-old-payloads.handler.js';
export { ReplayQuarantinedCommand } from './quarantine/replay-quarantined/replay-quarantined.command.js';
export { type ReplayPreview, ReplayPreviews } from './quarantine/replay-quarantined/replay-previews.js';
export { ReplayQuarantinedHandler } from './quarantine/replay-quarantined/replay-quarantined.handler.js';
export { deleteAllContacts } from './offboarding/delete-all-contacts.js';
export { forgetSnapshots } from './offboarding/forget-snapshots.sql.js';
export { keepSyncsOut } from './recovery/keep-syncs-out.sql.js';
export { recoverSnapshots } from './recovery/recover-snapshots.js';
export { remakeSnapshots } from './recovery/remake-snapshots.js';
export { SnapshotComparison } from './recovery/snapshot-comparison.js';
export { unknownAccounts } from './recovery/unknown-accounts.sql.js';
export { type RunProgress } from './progress/read-progress-of-runs.sql.js';
export { RUN_PHASES } from './runs/run-phase.js';
export { RunWatch } from './progress/run-watch.js';
export { CancelRunCommand } from './requests/cancel-run/cancel-run.command.js';
export { cancelRunOf } from './requests/cancel-run/cancel-run-of.js';
export { CancelRunHandler } from './requests/cancel-run/cancel-run.handler.js';
export { RunQueue } from './requests/run-queue.js';
export { RunSyncCommand } from './requests/run-sync/run-sync.command.js';
export { RunSyncHandler } from './requests/run-sync/run-sync.handler.js';
export { accountLease } from './runs/account-lease.js';
export { AccountLock } from './runs/account-lock.js';
export { type RunFailure } from './runs/end-run.sql.js';
export { RemoveOldRunsCommand } from './runs/remove-old-runs/remove-old-runs.command.js';
export { RemoveOldRunsHandler } from './runs/remove-old-runs/remove-old-runs.handler.js';
export { type DeletionGuard } from './runs/run-context.js';
export {
  type HoldReason,
  isOver,
  NO_STATISTICS,
  type RequestedMode,
  type Run,
  type RunStatistics,
} from './runs/run.entity.js';
export { Runs } from './runs/runs.js';
export { SyncDependencies } from './runs/sync-dependencies.js';
export { type SyncList } from './runs/sync-list.entity.js';
export { SyncLists } from './runs/sync-lists.js';
export { fullIntervalOf } from './schedule/full-interval.js';
export { ScheduledLists } from './schedule/scheduled-lists.js';
export { SyncScheduler } from './schedule/sync-scheduler.js';
export { type SyncInterval } from './schedule/sync-times.sql.js';
export { HEALTHS, STANDING_STATES, type SyncRhythm } from './standing/account-standing.sql.js';
export {
  ACCOUNT_SORTS,
  type AccountSort,
  type AccountStanding,
  type StandingFilter,
} from './standing/list-standings.sql.js';
export { AccountStandings } from './standing/account-standings.js';
export { Timeline, type TimelineItem } from './timeline/timeline.js';
export { RunTimings } from './progress/run-timings.js';
export { RunFailed } from './worker/run-failure.js';
export { RUN_ENDS, RUN_TAKEOVERS, type RunEndMessage } from './worker/run-ends.js';
export { RunWorker } from './worker/run-worker.js';

export const syncEntities = [RunEntity, SyncListEntity, QuarantineEntryEntity];
export const syncMigrations = [
  { name: '0002-sync-state', class: SyncState },
  { name: '0006-contact-snapshots', class: ContactSnapshots },
  { name: '0008-sync-leases', class: SyncLeases },
  { name: '0011-sync-lists', class: SyncListTables },
  { name: '0013-listed-times', class: ListedTimes },
  { name: '0014-absences', class: AbsencesOfRuns },
  { name: '0023-closed-quarantine', class: ClosedQuarantine },
  { name: '0034-list-outcomes', class: ListOutcomes },
  { name: '0035-account-figures', class: AccountFigures },
  { name: '0037-run-progress', class: RunProgressColumns },
  { name: '0040-telling-runs', class: TellingRuns },
  { name: '0042-snapshots-without-field-hashes', class: SnapshotsWithoutFieldHashes },
  { name: '0043-requests-of-runs', class: RequestsOfRuns },
  { name: '0045-due-lists', class: DueLists },
  { name: '0047-changes-of-lists', class: ChangesOfLists },
  { name: '0050-room-for-snapshots', class: RoomForSnapshots },
];
