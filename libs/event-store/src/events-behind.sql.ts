/**
 * Counts the events after a position and tells the age of the oldest. Not the ORM's: the age is by the database's
 * clock, which all processes share. The primary key serves it; it reads every one of these events.
 */
export const EVENTS_BEHIND = `
  select count(*) as events,
    coalesce(greatest(extract(epoch from clock_timestamp() - min(occurred_at)), 0), 0)::float8 as seconds
  from events where position > $1`;
