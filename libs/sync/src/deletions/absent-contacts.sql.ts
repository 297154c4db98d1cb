import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';
import { SHOWN } from './shown-contacts.sql.js';

/** A live contact that a full sync did not show, and that Google has not said to be alive. */
export interface AbsentContact {
  readonly contactId: string;
  readonly resourceName: string;
}

/**
 * The live contacts that no page of this epoch showed. A quarantined person counts as shown; a contact whose last
 * event is younger than the epoch was touched by someone else meanwhile and is left to the next full sync.
 *
 * Set operations over arrays, so SQL; live contacts by the index contact_snapshots_live, names by the primary key.
 */
export async function absentContacts(
  em: SqlEntityManager,
  run: Run,
  list: SyncList,
): Promise<AbsentContact[]> {
  return boundSql<AbsentContact & Record<string, unknown>>(
    em,
    `${PLAN_ANEW} with ${SHOWN},
       absent as (
         select contact_id from contact_snapshots where account_id = $3 and not deleted and last_event_at <= $4
         except select contact_id from shown
       )
     select contact_id as "contactId", resource_name as "resourceName"
     from contact_snapshots where contact_id = any (array(select contact_id from absent))
     order by contact_id`,
    [run.id, list.epoch, run.accountId, pagesBegan(run, list)?.toISOString()],
  );
}

/** With the run, unless they began anew since. */
function pagesBegan({ startedAt }: Run, { epochStartedAt }: SyncList): Date | null | undefined {
  return startedAt != null && (epochStartedAt == null || epochStartedAt < startedAt)
    ? startedAt
    : epochStartedAt;
}
