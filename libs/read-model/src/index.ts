import { DeadLetters } from './migrations/dead-letters.js';
import { ReadModel } from './migrations/read-model.js';
import { RebuildLease as RebuildLeaseTables } from './migrations/rebuild-lease.js';

export { type ContactLog, type LogLimit, type LoggedEvent } from './contact-log.js';
export { DeadLetterReplay, StillNotApplicable } from './dead-letters/dead-letter-replay.js';
export {
  type DeadLetterEntry,
  DeadLetterTable,
  type StoredDeadLetter,
} from './dead-letters/dead-letter-table.js';
export { Backfill } from './feed/backfill.js';
export {
  BatchRefused,
  type ContactBatch,
  type ContactFeed,
  type ContactSubscriber,
  type FeedCheckpoint,
  CheckpointMoved,
} from './feed/contact-feed.js';
export { LogContactFeed } from './feed/log-contact-feed.js';
export { LogFeedGauge } from './feed/log-feed-gauge.js';
export { readWhole } from './feed/read-whole.js';
export { TopicFeedGauge } from './feed/topic-feed-gauge.js';
export { contactDocument } from './projection/contact-document.js';
export { ContactProjectionHandler } from './projection/contact-projection.handler.js';
export { ContactHistory, type HistoryItem } from './queries/contact-history.js';
export { type ContactListRequest, ContactQueries, type KnownContact } from './queries/contact-queries.js';
export { CursorNotUnderstood } from './queries/list-cursor.js';
export { ReadModelProgress } from './queries/read-model-progress.js';
export { isFollowed } from './rebuild/followers.js';
export { type Rebuild, RebuildRequests } from './rebuild/rebuild-requests.js';
export { RebuildWorker } from './rebuild/rebuild-worker.js';
export { type ReadModelReport, Verification } from './verify/verification.js';
export { type Origin, type ReceivedRecord, type RecordHeader, textHeaders } from './feed/received-record.js';
export {
  BEYOND_LOG,
  RecordReader,
  readRecords,
  type ReadRecord,
  type RefusedRecord,
} from './feed/record-reader.js';

export const readModelMigrations = [
  { name: '0004-read-model', class: ReadModel },
  { name: '0005-dead-letters', class: DeadLetters },
  { name: '0010-rebuild-lease', class: RebuildLeaseTables },
];
