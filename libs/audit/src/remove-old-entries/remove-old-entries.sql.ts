/** Has the trigger of the table let entries of before $1 go, within the transaction. */
export const ALLOW_REMOVAL = `select set_config('contactstream.remove_audit_before', $1, true)`;

/**
 * Removes up to $2 audit entries of before $1. SQL, because the ORM's deletion has no limit. The index
 * audit_entries_newest serves it.
 */
export const REMOVE_OLD_ENTRIES = `
  delete from audit_entries where id in (
    select id from audit_entries where occurred_at < $1 order by occurred_at limit $2)
  returning 1`;
