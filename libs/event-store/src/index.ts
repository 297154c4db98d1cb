import { EventLog } from './migrations/event-log.js';

export { appendEvents, eventsToAppend, lastAppended, noticesOf } from './append.js';
export { eventsBehind, type FeedLag } from './events-behind.js';
export { readStreams, type StreamEvent, streamAhead } from './read-streams.js';
export { lastPosition, lastPositionOf, latestEvents, readEventsAt, readLog, readStream } from './read.js';
export { passPosition, restoreEvents } from './restore.js';
export { type NewEvent, type StoredEvent } from './stored-event.js';

export const eventStoreMigrations = [{ name: '0001-event-log', class: EventLog }];
