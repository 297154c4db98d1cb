import { EVENT_COLUMNS } from './event-columns.sql.js';

/**
 * The latest event of each of some streams, up to a position; see EVENT_COLUMNS for why it is not the ORM's. The unique
 * index events_stream_version serves it.
 */
export const LATEST_EVENTS = `
  select ${EVENT_COLUMNS} from (
    select distinct on (stream_id) * from events where stream_id = any($1::uuid[]) and position <= $2
    order by stream_id, version desc) as latest
  order by position`;
