/**
 * What the reading statements select of `events`, and EventRow holds. The ORM would read `data` as JSON and
 * `occurred_at` as a Date: the data has to stay as it is to the byte, and the time in the text that was published.
 */
export const EVENT_COLUMNS = `position, stream_id, version, account_id, type, data::text as data, metadata, run_id,
  to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at`;
