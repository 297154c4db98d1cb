import { EVENT_COLUMNS } from './event-columns.sql.js';

/** The events at some positions; see EVENT_COLUMNS for why it is not the ORM's. The primary key serves it. */
export const READ_EVENTS_AT = `
  select ${EVENT_COLUMNS} from events where position = any($1::bigint[]) order by position`;
