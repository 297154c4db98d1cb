import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { contactColumnNames, LIVE_CONTACTS } from '../projection/contact.entity.js';
import { type KnownContact } from './shown-contacts.js';

/**
 * A contact, also a deleted one. It is SQL because to write this statement takes MikroORM as long as all the rest of the
 * request.
 */
export async function contactById(em: SqlEntityManager, contactId: string): Promise<KnownContact | null> {
  const { id, accountId, document } = contactColumnNames(em);
  const [contact] = await boundSql<KnownContact>(
    em,
    `select ${accountId} as "accountId", ${document} as document from ${LIVE_CONTACTS.table}
     where ${id} = $1 and ${document} is not null`,
    [contactId],
  );
  return contact ?? null;
}
