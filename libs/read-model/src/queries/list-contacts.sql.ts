import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW, type Turns } from '#platform';

import { contactColumnNames, LIVE_CONTACTS } from '../projection/contact.entity.js';
import { type Search } from '../projection/search-text.js';
import { type Found, searchContacts } from './search-contacts.sql.js';

export interface ContactSelection {
  readonly accountId: string | undefined;
  readonly includeDeleted: boolean;
  readonly order: ContactOrder;
  /** Only what comes behind it: what it is ordered by, and its id. */
  readonly behind: readonly [key: string, id: string] | null;
  readonly search: Search | null;
  readonly searchesOfAll: Turns;
  readonly limit: number;
}

/** What contacts are ordered by, and then by their ids, the same way. */
export interface ContactOrder {
  readonly by: 'displayName' | 'updatedAt';
  readonly descending: boolean;
}

/**
 * Contacts in an order, by one of two indexes each: of all contacts, or of those of an account. The same index is read
 * backwards for the other way round.
 *
 * It is SQL because a page begins behind a row of two columns, which MikroORM compares one by one, and because it is
 * planned anew each time: the best plan depends on what is looked for.
 */
export async function listContacts(
  em: SqlEntityManager,
  { accountId, includeDeleted, order, behind, search, searchesOfAll, limit }: ContactSelection,
): Promise<Found[]> {
  const { table } = LIVE_CONTACTS;
  const names = contactColumnNames(em);
  const { id, document } = names;
  const key = names[order.by];
  const inOrder = `order by ${directed(key, order)}, ${directed(id, order)}`;
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [`${document} is not null`];
  if (!includeDeleted) conditions.push(`not ${names.deleted}`);
  if (accountId !== undefined) conditions.push(`${names.accountId} = ${bind(accountId)}`);
  if (behind !== null) {
    const further = order.descending ? '<' : '>';
    conditions.push(`(${key}, ${id}) ${further} (${bind(behind[0])}, ${bind(behind[1])}::uuid)`);
  }
  const listed = conditions.join(' and ');
  if (search !== null) {
    const isOfAccount = accountId !== undefined;
    const list = { table, isOfAccount, key, inOrder, conditions: listed, parameters, limit };
    return searchContacts(em, names, list, search, searchesOfAll);
  }
  return boundSql(
    em,
    `${PLAN_ANEW}
     select ${document} as document, ${key} as key, ${id} as id
     from ${table} where ${listed} ${inOrder} limit ${bind(limit)}`,
    parameters,
  );
}

function directed(column: string, { descending }: ContactOrder): string {
  return descending ? `${column} desc` : column;
}
