import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Whatever became of these contacts is in the log again; nobody has to decide on them. A table that stays small. */
export async function removeHeld(tx: SqlEntityManager, contactIds: readonly string[]): Promise<void> {
  await boundSql(tx, 'delete from held_deletions where contact_id = any($1::uuid[])', [contactIds]);
}
