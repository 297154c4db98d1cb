import { isoTime } from '#platform';

/**
 * The next lacking events in position order, each column as the log's own reading gives it. INDEX_LACKING_EVENTS
 * serves it.
 */
export const READ_LACKING_EVENTS = `
  select position, stream_id, version, account_id, type, data, run_id, account_ref,
    ${isoTime('occurred_at')} as occurred_at
  from lacking_events where position > $1 order by position limit 200`;
