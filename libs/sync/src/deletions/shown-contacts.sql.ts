/**
 * The contacts that the pages of this epoch showed, or that Google said to be alive when it was asked. A person that was
 * not understood shows those that its name and its CONTACT sources lead to. Parameters: run, epoch, account.
 *
 * What grows with the list is looked up as an array, or taken away by `except`, and never joined: of a new account the
 * planner expects one row, and compared two lists of 25,000 row by row, in 149 s (docs/adr/0008-full-sync-is-mark-and-sweep.md).
 */
export const SHOWN = `
  pages as (select * from sync_run_pages where run_id = $1 and epoch = $2),
  refused as (select unnest(quarantined) as key from pages),
  shown as (
    select unnest(created || updated || unchanged || alive) as contact_id from pages
    union
    select contact_id from contact_keys where account_id = $3 and key = any (array(select key from refused))
    union
    select contact_id from contact_keys where account_id = $3 and key = any (array(
      select 'source:' || unnest(source_ids) from quarantined_persons
      where run_id = $1 and person_key = any (array(select key from refused))
    ))
  )`;
