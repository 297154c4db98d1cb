import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Run } from './run.entity.js';

/**
 * The contacts that the pages of this epoch showed. A person that was not understood shows those that its name and its
 * CONTACT sources lead to. Parameters: run, epoch, account.
 */
const SHOWN = `
  pages as (select * from sync_run_pages where run_id = $1 and epoch = $2),
  refused as (select unnest(quarantined) as key from pages),
  shown as (
    select unnest(contact_ids) as contact_id from pages
    union
    select key.contact_id from refused
    join contact_keys key on key.account_id = $3 and key.key = refused.key
    union
    select key.contact_id from refused
    join quarantined_persons person on person.run_id = $1 and person.person_key = refused.key
    cross join unnest(person.source_ids) as source (id)
    join contact_keys key on key.account_id = $3 and key.key = 'source:' || source.id
  )`;

/**
 * The live contacts that tombstones of this epoch mean, under their present name or an earlier one. A name that some
 * person of the run lists among its previous names was left, not deleted; one that leads to a contact only since
 * another, deleted one bore it last, as after a merge, is that other one's; and a contact that the run also showed is
 * there, whether or not it was understood.
 */
export async function deletedInGoogle(em: SqlEntityManager, run: Run): Promise<string[]> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `with ${SHOWN},
       gone as (
         select unnest(tombstones) as name from pages except select unnest(previous_names) from pages
       )
     select distinct head.contact_id
     from gone
     join contact_keys key on key.account_id = $3 and key.key = gone.name
     join contact_heads head on head.contact_id = key.contact_id and not head.deleted
     where not exists (select 1 from shown where shown.contact_id = head.contact_id)
       and (head.resource_name = gone.name or not exists (
         select 1 from contact_heads other
         where other.account_id = $3 and other.deleted and other.resource_name = gone.name
       ))`,
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
    `with ${SHOWN}
     select head.contact_id from contact_heads head
     where head.account_id = $3 and not head.deleted and head.last_event_at <= $4
       and not exists (select 1 from shown where shown.contact_id = head.contact_id)`,
    [run.id, run.epoch, run.accountId, run.epochStartedAt.toISOString()],
  );
  return rows.map((row) => row.contact_id);
}
