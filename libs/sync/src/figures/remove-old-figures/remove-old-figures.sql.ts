/** Removes up to $2 rows of half hours that began before $1; the index on half_hour serves it. SQL, because the ORM's deletion has no limit. */
export const removeOldFigures = (table: 'account_changes' | 'run_outcomes'): string => `
  delete from ${table} where ctid = any(array(
    select ctid from ${table} where half_hour < $1 order by half_hour limit $2))
  returning 1`;
