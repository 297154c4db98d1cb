/**
 * Staged events of which the log has the version with another position or other data. Not the ORM's: it joins the log
 * to a temporary table; events_stream_version and the index of INDEX_STAGED_RECORDS serve it.
 */
export const EVENTS_THAT_DIFFER = `
  select distinct on (s.stream_id, s.version) s.stream_id, s.version, s.position, s.data
  from staged_records s join events e using (stream_id, version)
  where s.data is not null and (e.position <> s.position or e.data::text <> s.data)`;
