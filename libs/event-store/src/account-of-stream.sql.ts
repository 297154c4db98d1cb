/**
 * The account of a stream, as long as there is more left of it than skeletons. Not the ORM's, because the log has no
 * entity: it is never loaded as one. The unique index events_stream_version serves it.
 */
export const ACCOUNT_OF_STREAM =
  'select account_id from events where stream_id = $1 and data is not null limit 1';
