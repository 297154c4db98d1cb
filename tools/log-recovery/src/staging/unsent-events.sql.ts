/**
 * The first event that each topic lacks: $1 and $2 are the topics of events and of states, $3 and $4 their checkpoints.
 *
 * The state topic has a contact's event if it holds that version or a later one. Where it holds a version that the log
 * will never have, the contact's latest event has to be sent again.
 *
 * Not the ORM's: it compares the log with a temporary table. The log's primary key and events_stream_version serve it,
 * and on the temporary table the index of {@link INDEX_STAGED_RECORDS}.
 */
export const UNSENT_EVENTS = `
  with states as (
    select distinct on (stream_id) stream_id, version from staged_records where topic = $2
    order by stream_id, record_offset desc
  ), latest as (
    select stream_id, max(version) as version from events
    where stream_id in (select stream_id from states) group by stream_id
  )
  select (
    select min(position) from events e where position > $3::bigint and not exists (
      select from staged_records s
      where s.topic = $1 and s.data is not null and s.stream_id = e.stream_id and s.version = e.version)
  ) as events, least(
    (select min(position) from events e
     where position > $4::bigint and stream_id not in (select stream_id from states)),
    (select min(e.position) from states join latest using (stream_id) join events e using (stream_id)
     where e.version > states.version or (states.version > latest.version and e.version = latest.version))
  ) as state`;
