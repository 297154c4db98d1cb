/**
 * The first lacking event whose version does not follow on the log's and the other lacking ones', or that lies before
 * the one that it follows. Not the ORM's, which makes no window functions; events_stream_version serves the look at the
 * log.
 */
export const VERSION_GAP = `
  select * from (
    select topic, partition, record_offset, stream_id, version, position,
      coalesce((select max(version) from events e where e.stream_id = l.stream_id), 0)
        + (row_number() over stream)::int as expected,
      lag(position) over stream as previous
    from lacking_events l
    window stream as (partition by stream_id order by version)
  ) numbered
  where version <> expected or position < previous
  order by stream_id, version limit 1`;
