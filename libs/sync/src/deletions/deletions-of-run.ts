import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { type Run } from '../runs/run.entity.js';

/**
 * The contacts that the pages of this epoch showed. A person that was not understood shows those that its name and its
 * CONTACT sources lead to. Parameters: run, epoch, account.
 *
 * What grows with the list is looked up as an array, or taken away by `except`, and joined nowhere: of an account that
 * is new the planner expects one row, and compares two long lists row by row (docs/adr/0008-full-sync-is-mark-and-sweep.md).
 */
const SHOWN = `
  pages as (select * from sync_run_pages where run_id = $1 and epoch = $2),
  refused as (select unnest(quarantined) as key from pages),
  shown as (
    select unnest(contact_ids) as contact_id from pages
    union
    select contact_id from contact_keys where account_id = $3 and key = any (array(select key from refused))
    union
    select contact_id from contact_keys where account_id = $3 and key = any (array(
      select 'source:' || unnest(source_ids) from quarantined_persons
      where run_id = $1 and person_key = any (array(select key from refused))
    ))
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
    `${PLAN_ANEW} with ${SHOWN},
       gone as (
         select unnest(tombstones) as name from pages except select unnest(previous_names) from pages
       )
     select snapshot.contact_id
     from contact_keys gone_key join contact_snapshots snapshot using (contact_id)
     where gone_key.account_id = $3 and gone_key.key = any (array(select name from gone)) and not snapshot.deleted
       and (snapshot.resource_name = gone_key.key or not exists (
         select 1 from contact_snapshots other
         where other.account_id = $3 and other.deleted and other.resource_name = gone_key.key
       ))
     except select contact_id from shown`,
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
    `${PLAN_ANEW} with ${SHOWN}
     select contact_id from contact_snapshots where account_id = $3 and not deleted and last_event_at <= $4
     except select contact_id from shown`,
    [run.id, run.epoch, run.accountId, run.epochStartedAt.toISOString()],
  );
  return rows.map((row) => row.contact_id);
}
