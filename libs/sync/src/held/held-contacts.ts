import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** A contact whose deletion waits for a person. */
export interface HeldContact {
  readonly contactId: string;
  readonly resourceName: string;
}

/** The contacts that a run holds and that were not seen again or deleted since. */
export async function heldContacts(em: SqlEntityManager, runId: string): Promise<HeldContact[]> {
  return boundSql<{ contactId: string; resourceName: string }>(
    em,
    `select head.contact_id as "contactId", head.resource_name as "resourceName"
     from held_deletions held join contact_heads head on head.contact_id = held.contact_id
     where held.run_id = $1 and not head.deleted
     order by head.resource_name, head.contact_id`,
    [runId],
  );
}
