import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type ContactView } from '#contact-events';
import { type StoredContact } from './contact-row.js';

/**
 * What a table holds of contacts, locked in the order in which the upsert takes them.
 *
 * It is SQL because the table is the live one or the rebuilt one, and an entity has one table. Rows are found by the
 * primary key.
 */
export async function lockStoredContacts(
  tx: SqlEntityManager,
  table: string,
  ids: readonly string[],
): Promise<Map<string, StoredContact>> {
  const rows = await boundSql<{ id: string; version: string; document: string | null }>(
    tx,
    `select id, version, document from ${table} where id = any($1::uuid[]) order by id for update`,
    [ids],
  );
  return new Map(
    rows.map(({ id, version, document }) => {
      const view = document === null ? null : (JSON.parse(document) as ContactView);
      return [id, { version: Number(version), view }] as const;
    }),
  );
}
