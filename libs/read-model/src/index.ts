import { DeadLetterEntity } from './dead-letters/dead-letter.entity.js';
import { ClosedLetters } from './migrations/closed-letters.js';
import { ContactCounts as ContactCountsTable } from './migrations/contact-counts.js';
import { ContactsByTime } from './migrations/contacts-by-time.js';
import { DeadLetters as DeadLettersTable } from './migrations/dead-letters.js';
import { ProjectionCheckpoints } from './migrations/projection-checkpoints.js';
import { PhoneKeys } from './migrations/phone-keys.js';
import { ReadModel } from './migrations/read-model.js';
import { RebuildLease as RebuildLeaseTables } from './migrations/rebuild-lease.js';
import { SearchInAccount } from './migrations/search-in-account.js';
import { CheckpointEntity } from './projection/checkpoint.entity.js';
import { ContactEntity, LIVE_CONTACTS, REBUILT_CONTACTS } from './projection/contact.entity.js';
import { ContactCountEntity } from './projection/contact-count.entity.js';
import { RebuildEntity } from './rebuild/rebuild.entity.js';

export { type DeadLetter, DeadLetters, type WholeDeadLetter } from './dead-letters/dead-letters.js';
export { RemoveDeletedDetailsCommand } from './projection/remove-deleted-details/remove-deleted-details.command.js';
export {
  LogReaders,
  RemoveDeletedDetailsHandler,
} from './projection/remove-deleted-details/remove-deleted-details.handler.js';
export { RemoveOldLettersCommand } from './dead-letters/remove-old-letters/remove-old-letters.command.js';
export { RemoveOldLettersHandler } from './dead-letters/remove-old-letters/remove-old-letters.handler.js';
export { DiscardDeadLetterCommand } from './dead-letters/discard-dead-letter/discard-dead-letter.command.js';
export { DiscardDeadLetterHandler } from './dead-letters/discard-dead-letter/discard-dead-letter.handler.js';
export { ReplayDeadLetterCommand } from './dead-letters/replay-dead-letter/replay-dead-letter.command.js';
export { ReplayDeadLetterHandler } from './dead-letters/replay-dead-letter/replay-dead-letter.handler.js';
export { Backfill } from './feed/backfill.js';
export {
  BatchRefused,
  type CheckpointMove,
  type ContactFeed,
  type ContactSubscriber,
  type FeedCheckpoint,
  CheckpointMoved,
  type PreparedBatch,
} from './feed/contact-feed.js';
export { type FollowedEvents, LogContactFeed } from './feed/log-contact-feed.js';
export { LogFeedGauge } from './feed/log-feed-gauge.js';
export {
  BEYOND_LOG,
  type Origin,
  RecordReader,
  readRecords,
  type ReadRecord,
  type ReceivedRecord,
  type RecordHeader,
  type RefusedRecord,
  textHeaders,
} from './feed/record-reader.js';
export { TopicFeedGauge } from './feed/topic-feed-gauge.js';
export { ROW_RULES } from './projection/row-rules.sql.js';
export { ContactProjectionHandler } from './projection/contact-projection.handler.js';
export { forgetContacts } from './projection/forget-contacts.sql.js';
export { ContactCounts } from './queries/contact-counts.js';
export { type ContactExportRequest, ContactExports } from './queries/export/contact-exports.js';
export { ContactHistory } from './queries/contact-history.js';
export { HISTORY_SORTS } from './queries/history-cursor.js';
export { type ContactListRequest, ContactQueries } from './queries/contact-queries.js';
export { CONTACT_SORTS } from './queries/shown-contacts.js';
export { HeldContacts, type HeldSummary } from './queries/held-contacts.js';
export { type HeldAges, type HeldContact, type MaskedHeldContact } from './queries/held-contacts.sql.js';
export { MaskedHeldContacts } from './queries/masked-held-contacts.js';
export { MaskedContacts } from './queries/masked-contacts.js';
export { MaskedHistory } from './queries/masked-history.js';
export { PhoneLookup } from './queries/phone-lookup.js';
export { oneRegion } from './queries/regions.js';
export { ReadModelPosition } from './queries/read-model-position.js';
export { CancelRebuildCommand } from './rebuild/cancel-rebuild/cancel-rebuild.command.js';
export { CancelRebuildHandler } from './rebuild/cancel-rebuild/cancel-rebuild.handler.js';
export { RebuildWorker } from './rebuild/rebuild-worker.js';
export { type Rebuild, Rebuilds } from './rebuild/rebuilds.js';
export { RequestRebuildCommand } from './rebuild/request-rebuild/request-rebuild.command.js';
export { RequestRebuildHandler } from './rebuild/request-rebuild/request-rebuild.handler.js';
export { type DerivedState, type StateDifference } from './verify/derived-state.js';
export { type ReadModelReport, Verification } from './verify/verification.js';
export { verifyTables } from './verify/verify-tables.js';

/** The tables that a rebuild makes and drops, which is why the service's role must own them. */
export const rebuiltTables = [LIVE_CONTACTS.table, REBUILT_CONTACTS.table];

export const readModelEntities = [
  ContactEntity,
  ContactCountEntity,
  CheckpointEntity,
  DeadLetterEntity,
  RebuildEntity,
];
export const readModelMigrations = [
  { name: '0004-read-model', class: ReadModel },
  { name: '0005-dead-letters', class: DeadLettersTable },
  { name: '0010-rebuild-lease', class: RebuildLeaseTables },
  { name: '0012-projection-checkpoints', class: ProjectionCheckpoints },
  { name: '0016-phone-keys', class: PhoneKeys },
  { name: '0024-closed-letters', class: ClosedLetters },
  { name: '0033-contact-counts', class: ContactCountsTable },
  { name: '0039-contacts-by-time', class: ContactsByTime },
  { name: '0046-search-in-account', class: SearchInAccount },
];
