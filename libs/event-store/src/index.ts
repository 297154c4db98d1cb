import { EventLog } from './migrations/event-log.js';
import { EventSkeletons } from './migrations/event-skeletons.js';

export { accountStreams } from './account-streams.sql.js';
export { appendEvents, eventsToAppend, lastAppended, noticesOf } from './append.js';
export { eventsBehind, type FeedLag } from './events-behind.js';
export { readStreams, type StreamEvent, streamAhead } from './read-streams.js';
export { lastPosition, lastPositionOf, latestEvents, readEventsAt, readLog, readStream } from './read.js';
export { removeAccountData } from './remove-account-data.sql.js';
export { passPosition, restoreEvents } from './restore.js';
export { isWhole, type NewEvent, type StoredEvent, type WholeEvent } from './stored-event.js';

export const eventStoreMigrations = [
  { name: '0001-event-log', class: EventLog },
  { name: '0019-event-skeletons', class: EventSkeletons },
];
