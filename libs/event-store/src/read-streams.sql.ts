/**
 * The streams whose ids lie in a range. Not the ORM's: the data has to stay text, to the byte, and no entity is made of
 * what is only folded. The unique index events_stream_version gives the rows in this order.
 */
export const READ_STREAMS = `
  select position, stream_id, version, type, data::text as data from events
  where stream_id > $1::uuid and ($2::uuid is null or stream_id <= $2::uuid) order by stream_id, version`;
