/**
 * Removes up to $2 letters that were closed before $1. SQL, because the ORM's deletion has no limit. The index
 * dead_letters_closed serves it.
 */
export const REMOVE_OLD_LETTERS = `
  delete from dead_letters where id in (
    select id from dead_letters where closed_at < $1 order by closed_at limit $2)
  returning 1`;
