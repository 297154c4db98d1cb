/**
 * Looks at the next $4 runs behind the one that was queued at $2 with the id $3, and removes those that were over before
 * $1 and that nothing refers to: not the newest run of a list, not its newest good one, none that holds deletions, none
 * of an open quarantine entry. Tells how many it removed, and the last one that it looked at.
 *
 * SQL, because the ORM's deletion has no limit and no joins. Those that stay would be looked at again by each step; so
 * a step begins behind the one before. The index sync_runs_newest gives the runs, sync_runs_account_newest the newest of
 * each list; quarantined_persons_open whether an entry names it. The newest ones are found once a step, and by their
 * order: asked run by run whether there is a newer one, PostgreSQL reads the table from its beginning, where all that
 * earlier steps removed still lies.
 */
export const REMOVE_OLD_RUNS = `
  with looked_at as materialized (
    select id, account_id, list, queued_at from sync_runs
    where (queued_at, id) > ($2::timestamptz, $3::uuid) and queued_at < $1::timestamptz
    order by queued_at, id limit $4
  ), newest as materialized (
    select newest.id from (select distinct account_id, list from looked_at) as of_list
    cross join lateral (
      (select id from sync_runs run where run.account_id = of_list.account_id and run.list = of_list.list
        order by queued_at desc, id desc limit 1)
      union all
      (select id from sync_runs run where run.account_id = of_list.account_id and run.list = of_list.list
        and run.state = 'succeeded' order by queued_at desc, id desc limit 1)
    ) as newest
  ), removed as (
    delete from sync_runs run using looked_at where run.id = looked_at.id
      and run.state in ('succeeded', 'failed', 'cancelled') and run.finished_at < $1::timestamptz
      and run.id not in (select id from newest)
      and not exists (select from quarantined_persons entry
        where entry.account_id = run.account_id and entry.state = 'open' and entry.run_id = run.id)
    returning 1
  )
  select id, queued_at, (select count(*) from removed)::int as removed from looked_at
  order by queued_at desc, id desc limit 1`;
