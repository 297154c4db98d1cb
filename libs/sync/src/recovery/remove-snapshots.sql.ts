import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Snapshots have no entity; by their primary key. */
export async function removeSnapshots(tx: SqlEntityManager, contactIds: readonly string[]): Promise<void> {
  await boundSql(tx, 'delete from contact_snapshots where contact_id = any($1::uuid[])', [contactIds]);
}
