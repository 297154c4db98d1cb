import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundChanges } from '#platform';

import { LIVE_CONTACTS } from './contact.entity.js';

/**
 * Removes the rows of contacts, and the dead letters that carry one of them. SQL, to be one statement. Rows by the
 * primary key; a dead letter by its key, which has no index: they are few.
 */
export async function forgetContacts(em: SqlEntityManager, contactIds: readonly string[]): Promise<void> {
  await boundChanges(em, [
    { sql: `delete from ${LIVE_CONTACTS.table} where id = any($1::uuid[])`, parameters: [contactIds] },
    {
      sql: `delete from dead_letters where key in (select convert_to(id, 'UTF8') from unnest($1::text[]) as id)`,
      parameters: [contactIds],
    },
  ]);
}
