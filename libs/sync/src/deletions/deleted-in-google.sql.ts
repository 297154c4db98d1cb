import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { type Run } from '../runs/run.entity.js';
import { SHOWN } from './shown-contacts.sql.js';

/**
 * The live contacts that tombstones of this epoch mean, under their present name or an earlier one. A name that some
 * person of the run lists among its previous names was left, not deleted; one that leads to a contact only since
 * another, deleted one bore it last, as after a merge, is that other one's; and a contact that the run also showed is
 * there, whether or not it was understood.
 *
 * Set operations over arrays, so SQL; keys and snapshots by their primary keys, earlier bearers of a name by the index
 * contact_snapshots_deleted.
 */
export async function deletedInGoogle(em: SqlEntityManager, run: Run, epoch: number): Promise<string[]> {
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
    [run.id, epoch, run.accountId],
  );
  return rows.map((row) => row.contact_id);
}
