/** The highest position that is staged of each partition. It reads the whole temporary table, once. */
export const LAST_POSITIONS = `
  select topic, partition, max(position) as last_position from staged_records group by topic, partition`;
