import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { type Run } from '../runs/run.entity.js';
import { type ListFacts } from './hold-reason.js';

/**
 * Reads what {@link holdReason} decides by. SQL, because it counts over the arrays of the pages; contacts by the primary
 * key and the index contact_snapshots_live, names by the primary key of contact_keys. What grows with the list is looked
 * up as an array, for the reason that {@link SHOWN} tells.
 *
 * @param absent the live contacts that the list did not show, and that are gone
 */
export async function readListFacts(
  em: SqlEntityManager,
  run: Run,
  epoch: number,
  absent: number,
): Promise<ListFacts> {
  const [row] = await boundSql<{ live: number; shown: number; has_unknown_person: boolean }>(
    em,
    `${PLAN_ANEW} with pages as (select * from sync_run_pages where run_id = $1 and epoch = $2 and alive is null)
     select (select count(*)::int from contact_snapshots where account_id = $3 and not deleted) as live,
       (select count(distinct name)::int from (
          select resource_name as name from contact_snapshots
          where contact_id = any (array(select unnest(created || updated || unchanged) from pages))
          union all
          select coalesce((
            select resource_name from contact_keys k join contact_snapshots using (contact_id)
            where k.account_id = $3 and k.key = person.key), person.key)
          from pages, unnest(quarantined) as person (key)
        ) as persons) as shown,
       exists (select 1 from pages, unnest(quarantined) as key where key ~ '^(payload|source):') as has_unknown_person`,
    [run.id, epoch, run.accountId],
  );
  return {
    absent,
    live: row?.live ?? 0,
    shown: row?.shown ?? 0,
    totalItems: run.totalItems ?? null,
    hasUnknownPerson: row?.has_unknown_person ?? false,
  };
}
