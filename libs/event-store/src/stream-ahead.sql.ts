/**
 * The stream in which so many events, or so many bytes, are reached. Not the ORM's, which makes no window functions.
 * The unique index events_stream_version gives the rows in this order, and no more than $2 of them are read.
 */
export const STREAM_AHEAD = `
  select stream_id from (
    select stream_id, row_number() over ahead as place, sum(pg_column_size(data)) over ahead as bytes
    from (select * from events where stream_id > $1::uuid order by stream_id, version limit $2) as limited
    window ahead as (order by stream_id, version rows unbounded preceding)
  ) as sized
  where place = $2 or bytes >= $3 order by place limit 1`;
