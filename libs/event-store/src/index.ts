import { AccountEvents } from './migrations/account-events.js';
import { DeletionsWithDetails } from './migrations/deletions-with-details.js';
import { EventLog } from './migrations/event-log.js';
import { LogMarkTable } from './migrations/log-marks.js';
import { EventSkeletons } from './migrations/event-skeletons.js';

export { accountEventsBehind } from './account-events/account-events-behind.sql.js';
export {
  accountEventToAppend,
  accountsSyncedToAppend,
  appendAccountEvent,
} from './account-events/append-account-event.sql.js';
export { readAccountEvents, type StoredAccountEvent } from './account-events/read-account-events.sql.js';
export {
  accountEventsToForget,
  removeToldAccountEvents,
} from './account-events/remove-told-account-events.sql.js';
export { type PublishedAccountEvent, tellAccountsAgain } from './account-events/tell-accounts-again.sql.js';
export { accountStreams } from './account-streams.sql.js';
export { appendEvents, eventsToAppend, lastAppended, noticesOf } from './append.js';
export {
  type Deletion,
  type DeletionPlace,
  deletionsWithDetails,
  FIRST_DELETION,
} from './deletions-with-details.sql.js';
export { lastPositionOfAccount } from './last-position-of-account.sql.js';
export { latestAt } from './latest-at.sql.js';
export { eventsBehind, type FeedLag } from './events-behind.js';
export { placesAfter, placesAt } from './event-places.sql.js';
export { readVersions } from './read-versions.js';
export { readStreams, type StreamEvent, streamAhead } from './read-streams.js';
export {
  accountOfStream,
  lastEvent,
  lastPosition,
  lastPositionOf,
  latestEvents,
  readEventsAt,
  readEventsWithin,
  readLog,
  readPage,
  readStream,
  readStreamEnd,
} from './read.js';
export { removeAccountData, removeAllAccountData } from './remove-account-data.sql.js';
export { removeDetails } from './remove-details.sql.js';
export { passPosition, restoreEvents } from './restore.js';
export { LogMarker } from './marks/log-marker.js';
export { LogMarks, type LogReader } from './marks/log-marks.js';
export { LogTail } from './tail/log-tail.js';
export { isWhole, type NewEvent, type StoredEvent, type WholeEvent } from './stored-event.js';

export const eventStoreMigrations = [
  { name: '0001-event-log', class: EventLog },
  { name: '0019-event-skeletons', class: EventSkeletons },
  { name: '0026-deletions-with-details', class: DeletionsWithDetails },
  { name: '0038-log-marks', class: LogMarkTable },
  { name: '0044-account-events', class: AccountEvents },
];
