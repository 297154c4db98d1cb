/**
 * The staged events that the log lacks, each once, in a second temporary table. Not the ORM's: it compares the log with
 * a temporary table; events_stream_version and the index of INDEX_STAGED_RECORDS serve it.
 */
export const FIND_LACKING_EVENTS = `
  create temporary table lacking_events on commit drop as
  select distinct on (stream_id, version) * from staged_records s
  where data is not null
    and not exists (select from events e where e.stream_id = s.stream_id and e.version = s.version)
  order by stream_id, version, topic, partition, record_offset`;

/** For what goes by position: the check, and reading them in the log's order. */
export const INDEX_LACKING_EVENTS = 'create index on lacking_events (position)';
