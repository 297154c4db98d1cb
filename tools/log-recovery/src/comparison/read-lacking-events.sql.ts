/**
 * The next lacking events in position order, each column as the log's own reading gives it. INDEX_LACKING_EVENTS
 * serves it.
 */
export const READ_LACKING_EVENTS = `
  select position, stream_id, version, account_id, type, data, run_id, account_ref,
    to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at
  from lacking_events where position > $1 order by position limit 200`;
