import { AuditEntryEntity } from './audit-entry.entity.js';
import { AuditEntries as AuditEntriesTable } from './migrations/audit-entries.js';
import { SettingChanges as SettingChangesTable } from './migrations/setting-changes.js';

export { type Actor, type AuditDraft, type AuditSubject, DONE, type Settlement } from './audit-draft.js';
export {
  type AccountEntry,
  accountEntries,
  entriesOfRuns,
  lastDone,
} from './account-history/account-history.js';
export { AuditEntries, type AuditFilter } from './audit-entries.js';
export { ACTOR_KINDS, AUDIT_OUTCOMES, type AuditEntry } from './audit-entry.entity.js';
export { AuditTrail, begunEntry, recordDone } from './audit-trail.js';
export { auditOperation, INTERRUPTED, OPERATIONS, operator } from './operation.js';
export { RefusalTally } from './refusal-tally.js';
export { RemoveOldEntriesCommand } from './remove-old-entries/remove-old-entries.command.js';
export { RemoveOldEntriesHandler } from './remove-old-entries/remove-old-entries.handler.js';
export {
  type ChangedSettings,
  keepSettingChange,
  type SetBy,
  SettingChanges,
  type SettingValue,
} from './setting-changes/setting-changes.js';
export { type BegunEntry, entryToWrite } from './write-entries.sql.js';

export const auditEntities = [AuditEntryEntity];
export const auditMigrations = [
  { name: '0030-audit-entries', class: AuditEntriesTable },
  { name: '0036-setting-changes', class: SettingChangesTable },
];
