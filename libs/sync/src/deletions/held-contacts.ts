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
    `select snapshot.contact_id as "contactId", snapshot.resource_name as "resourceName"
     from held_deletions held join contact_snapshots snapshot on snapshot.contact_id = held.contact_id
     where held.run_id = $1 and not snapshot.deleted
     order by snapshot.resource_name, snapshot.contact_id`,
    [runId],
  );
}
