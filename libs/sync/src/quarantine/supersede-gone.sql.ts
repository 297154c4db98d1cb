import { type Change } from '#platform';

/**
 * Closes the entries of persons that a complete list no longer has, or that Google says are deleted: they are not to be
 * created from what was stored of them before. Part of the statement that ends a run; pages by the primary key, open
 * entries by the index quarantined_persons_open.
 *
 * @param run that is about to end; its pages are still there
 * @param listIsWhole whether whoever the list did not show is gone
 */
export function supersedeGone(
  run: { readonly id: string; readonly accountId: string },
  epoch: number,
  listIsWhole: boolean,
): Change {
  return {
    sql: `with pages as (select * from sync_run_pages where run_id = $1 and epoch = $2)
     update quarantined_persons set state = 'superseded', closed_at = now()
     where account_id = $3 and state = 'open'
       and person_key not in (select unnest(quarantined) from pages)
       and ($4 or resource_name in (
         select unnest(tombstones) from pages except select unnest(previous_names) from pages))`,
    parameters: [run.id, epoch, run.accountId, listIsWhole],
  };
}
