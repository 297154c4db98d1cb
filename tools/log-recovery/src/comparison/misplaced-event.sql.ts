/**
 * The first lacking event whose position is taken, by the log, which ends at $1, or by another lacking one. The index
 * of INDEX_LACKING_EVENTS serves it.
 */
export const MISPLACED_EVENT = `
  select position, position <= $1 as within from lacking_events
  group by position having count(*) > 1 or position <= $1 order by position limit 1`;
