import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Run } from './run.entity.js';

/**
 * The live contacts that tombstones of this epoch mean. A name that some person of the run lists among its previous
 * names was left, not deleted; and a contact that the run also showed is there.
 */
export async function deletedInGoogle(em: SqlEntityManager, run: Run): Promise<string[]> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `with pages as (select * from sync_run_pages where run_id = $1 and epoch = $2),
       gone as (
         select unnest(tombstones) as name from pages except select unnest(previous_names) from pages
       )
     select distinct head.contact_id
     from gone
     join contact_keys key on key.account_id = $3 and key.key = gone.name
     join contact_heads head on head.contact_id = key.contact_id and not head.deleted
     where head.contact_id not in (select unnest(contact_ids) from pages)`,
    [run.id, run.epoch, run.accountId],
  );
  return rows.map((row) => row.contact_id);
}

/**
 * The live contacts that no page of this epoch showed. A quarantined person counts as shown; a contact whose last
 * event is younger than the epoch was touched by someone else meanwhile and is left to the next full sync.
 */
export async function absentFromList(em: SqlEntityManager, run: Run): Promise<string[]> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `with pages as (select * from sync_run_pages where run_id = $1 and epoch = $2),
       shown as (
         select unnest(contact_ids) as contact_id from pages
         union
         select key.contact_id from pages, unnest(quarantined) as name
         join contact_keys key on key.account_id = $3 and key.key = name
       )
     select head.contact_id from contact_heads head
     where head.account_id = $3 and not head.deleted and head.last_event_at <= $4
       and not exists (select 1 from shown where shown.contact_id = head.contact_id)`,
    [run.id, run.epoch, run.accountId, run.epochStartedAt.toISOString()],
  );
  return rows.map((row) => row.contact_id);
}
