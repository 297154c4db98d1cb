/**
 * Removes up to $2 refused records that were closed before $1. SQL, because the ORM's deletion has no limit. The index
 * refused_records_closed serves it.
 */
export const REMOVE_OLD_RECORDS = `
  delete from refused_records where id in (
    select id from refused_records where closed_at < $1 order by closed_at limit $2)
  returning 1`;
