/**
 * The first event that is staged of a partition. It reads the whole temporary table, once a partition that is cut off.
 */
export const FIRST_POSITION = `
  select position from staged_records where topic = $1 and partition = $2 and data is not null
  order by record_offset limit 1`;
