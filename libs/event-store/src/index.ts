import { EventLog } from './migrations/event-log.js';

export {
  appendEvents,
  asVersionConflict,
  eventsToAppend,
  lastAppended,
  noticesOf,
  VersionConflict,
} from './append.js';
export { lastPosition, latestEvents, type LogSelection, readLog, readStream } from './read.js';
export { readStreams, streamAhead, type StreamEvent } from './read-streams.js';
export { passPosition, restoreEvents } from './restore.js';
export { type NewEvent, type StoredEvent } from './stored-event.js';

export const eventStoreMigrations = [{ name: '0001-event-log', class: EventLog }];
