/**
 * The account of the stream $1: all of its events are of one. SQL, as all that reads the log; the first entry of the
 * unique index over stream and version.
 */
export const ACCOUNT_OF_STREAM =
  'select account_id from events where stream_id = $1 order by version limit 1';
