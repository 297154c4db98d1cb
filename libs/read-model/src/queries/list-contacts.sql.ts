import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { contactColumnNames, LIVE_CONTACTS } from '../projection/contact.entity.js';
import { type Search } from '../projection/search-text.js';
import { isIndexed, matchCondition, searchContacts } from './search-contacts.sql.js';

export interface ContactSelection {
  readonly accountId: string | undefined;
  readonly includeDeleted: boolean;
  /** Only what comes behind it. */
  readonly behind: readonly [displayName: string, id: string] | null;
  readonly search: Search | null;
  readonly limit: number;
}

export interface ListedContact {
  readonly id: string;
  readonly displayName: string;
  readonly document: string;
}

/**
 * Contacts by display name, then id.
 *
 * It is SQL because a page begins behind a row of two columns, which MikroORM compares one by one, and because it is
 * planned anew each time: the best plan depends on what is looked for. The index by name, or that by account, holds its
 * rows in order.
 */
export async function listContacts(
  em: SqlEntityManager,
  { accountId, includeDeleted, behind, search, limit: rows }: ContactSelection,
): Promise<ListedContact[]> {
  const { table } = LIVE_CONTACTS;
  const names = contactColumnNames(em);
  const { id, displayName, document } = names;
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [`${document} is not null`];
  if (!includeDeleted) conditions.push(`not ${names.deleted}`);
  if (accountId !== undefined) conditions.push(`${names.accountId} = ${bind(accountId)}`);
  if (behind !== null) {
    conditions.push(`(${displayName}, ${id}) > (${bind(behind[0])}, ${bind(behind[1])}::uuid)`);
  }
  const limit = bind(rows);
  if (search !== null) {
    const matches = matchCondition(names, search, bind);
    if (isIndexed(search)) {
      const sql = searchContacts(table, names, conditions.join(' and '), matches, limit);
      return boundSql(em, `${PLAN_ANEW} ${sql}`, parameters);
    }
    conditions.push(matches);
  }
  return boundSql(
    em,
    `${PLAN_ANEW}
     select ${document} as document, ${displayName} as "displayName", ${id} as id
     from ${table} where ${conditions.join(' and ')} order by ${displayName}, ${id} limit ${limit}`,
    parameters,
  );
}
