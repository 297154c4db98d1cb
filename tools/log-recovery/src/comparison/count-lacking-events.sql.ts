/** How many events the log lacks, and of how many contacts. It reads the whole temporary table, once. */
export const COUNT_LACKING_EVENTS = `
  select count(*)::int as events, count(distinct stream_id)::int as contacts from lacking_events`;
