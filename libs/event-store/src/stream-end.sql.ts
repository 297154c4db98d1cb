import { EVENT_COLUMNS, eventColumnsWith } from './event-columns.sql.js';

/** The end of a stream, as it was. */
export interface StreamEnd {
  readonly streamId: string;
  readonly upToVersion?: number | undefined;
  readonly upToTime?: Date | undefined;
  /** How many events. */
  readonly limit: number;
  /** Paths of the members of the data that are to be read; left out, all of it is. */
  readonly members?: readonly string[] | undefined;
}

/**
 * The last events of a stream up to a version and a time, oldest first; see EVENT_COLUMNS for why it is not the ORM's.
 * The unique index events_stream_version serves it.
 */
export function streamEndSql({ streamId, upToVersion, upToTime, limit, members }: StreamEnd): {
  sql: string;
  parameters: unknown[];
} {
  const parameters = [streamId, upToVersion ?? null, upToTime?.toISOString() ?? null, limit];
  const columns = members === undefined ? EVENT_COLUMNS : eventColumnsWith('$5');
  const sql = `
    select ${columns} from (
      select * from events where stream_id = $1 and version <= coalesce($2::int, version)
        and date_trunc('milliseconds', occurred_at) <= coalesce($3::timestamptz, 'infinity')
      order by version desc limit $4) as ending
    order by version`;
  return { sql, parameters: members === undefined ? parameters : [...parameters, members] };
}
