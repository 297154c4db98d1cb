import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';
import { SHOWN } from './shown-contacts.sql.js';

/**
 * The live contacts that no page of this epoch showed. A quarantined person counts as shown; a contact whose last
 * event is younger than the epoch was touched by someone else meanwhile and is left to the next full sync.
 *
 * Set operations over arrays, so SQL; live contacts by the index contact_snapshots_live.
 */
export async function absentFromList(em: SqlEntityManager, run: Run, list: SyncList): Promise<string[]> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `${PLAN_ANEW} with ${SHOWN}
     select contact_id from contact_snapshots where account_id = $3 and not deleted and last_event_at <= $4
     except select contact_id from shown`,
    [run.id, list.epoch, run.accountId, list.epochStartedAt?.toISOString()],
  );
  return rows.map((row) => row.contact_id);
}
