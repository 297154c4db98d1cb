import { EVENT_COLUMNS } from './event-columns.sql.js';

/** A whole stream; see EVENT_COLUMNS for why it is not the ORM's. The unique index events_stream_version serves it. */
export const READ_STREAM = `select ${EVENT_COLUMNS} from events where stream_id = $1 order by version`;
