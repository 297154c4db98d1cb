/**
 * A version of a contact that is staged twice with different data or positions. Not the ORM's, as the table is a
 * temporary one; the index of INDEX_STAGED_RECORDS serves it.
 */
export const RECORDS_THAT_DIFFER = `
  select stream_id, version, min(topic) as topic, min(partition) as partition from staged_records
  where data is not null group by stream_id, version
  having count(distinct md5(data)) > 1 or count(distinct position) > 1 limit 1`;
