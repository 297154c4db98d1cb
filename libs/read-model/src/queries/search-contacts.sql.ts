import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, CodedError, PLAN_ANEW, requestWork, type Turns } from '#platform';

import { type ColumnNames } from '../projection/contact.entity.js';
import { type Search } from '../projection/search-text.js';
import { indexedCondition, matchCondition } from './match-condition.sql.js';

/** Rows that a search looks at in the order of the list before it asks the index of trigrams. */
const FIRST_ROWS = { inAccount: 500, inAll: 1_000 };

/** Searches in all accounts that wait for their turn. */
const MOST_WAITING = 100;

/** A list of contacts, before anything is searched for in it. */
export interface SearchedList {
  readonly table: string;
  readonly isOfAccount: boolean;
  /** The column that orders it, before the id. */
  readonly key: string;
  /** `order by` both. */
  readonly inOrder: string;
  readonly conditions: string;
  /** Those of the conditions. */
  readonly parameters: readonly unknown[];
  readonly limit: number;
}

/** A row of the list that matches: what it is ordered by as PostgreSQL writes it, its id, and what it says. */
export interface Found {
  readonly id: string;
  readonly key: string;
  readonly document: string;
}

/**
 * The contacts of a list that match, in its order: first what many match, and what there is in a small list, then what
 * few do (docs/adr/0030-searches-look-in-order-first.md). The latter may take a processor for long in all accounts, so
 * there it is done by turns, and leaves the others to whoever asks for less.
 *
 * @throws CodedError too-many-searches
 */
export async function searchContacts(
  em: SqlEntityManager,
  names: ColumnNames,
  list: SearchedList,
  search: Search,
  searchesOfAll: Turns,
): Promise<Found[]> {
  const first = await amongFirst(em, names, list, search);
  if (first.isAll) return first.found;
  if (list.isOfAccount) return amongAll(em, names, list, search);
  if (searchesOfAll.waits >= MOST_WAITING) {
    throw new CodedError(
      'too-many-searches',
      `${MOST_WAITING} searches in all accounts wait in this process, and there may be no more. Search in one account, or try again in a moment.`,
      { retryAfterSeconds: 1 },
    );
  }
  return searchesOfAll.take(() => {
    if (requestWork()?.gone?.aborted === true) throw new CodedError('caller-gone', 'The caller hung up.');
    return em.transactional(async (tx) => {
      // The other processors are for whoever asks for less.
      await boundSql(tx, 'set local max_parallel_workers_per_gather = 0');
      return amongAll(tx, names, list, search);
    });
  });
}

/** By the index of the order, whatever is searched for: so it is planned once. */
async function amongFirst(
  em: SqlEntityManager,
  names: ColumnNames,
  { table, isOfAccount, key, inOrder, conditions, limit, ...list }: SearchedList,
  search: Search,
): Promise<{ readonly found: Found[]; readonly isAll: boolean }> {
  const { id, document, searchText, phoneDigits } = names;
  const most = isOfAccount ? FIRST_ROWS.inAccount : FIRST_ROWS.inAll;
  const parameters = [...list.parameters];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const rows = await boundSql<Partial<Found> & { readonly rows: number }>(
    em,
    `with looked as materialized (
       select ${key}, ${id}, ${matchCondition(names, search, bind)} as matches from (
         select ${key}, ${id}, ${searchText}, ${phoneDigits}
         from ${table} where ${conditions} ${inOrder} limit ${most}
       ) as next
     ), found as materialized (
       select ${key}, ${id} from looked where matches ${inOrder} limit ${bind(limit)}
     )
     select rows, document, found.${key} as key, found.${id} as id
     from (select count(*)::int as rows from looked) as looked_at left join (
       found join (select ${id}, ${document} as document from ${table}) as contact using (${id})
     ) on true ${inOrder}`,
    parameters,
  );
  const found = rows.filter((row): row is Found & { rows: number } => row.id != null);
  return { found, isAll: found.length === limit || (rows[0]?.rows ?? 0) < most };
}

/**
 * By the index of trigrams, to be sorted then; where nothing can be looked up there, by the order. It is SQL because the
 * planner is not left to choose: it takes it that matches are spread evenly over the order, and those of one name stand
 * together. Documents are read last, of the rows that are shown.
 */
async function amongAll(
  em: SqlEntityManager,
  names: ColumnNames,
  { table, key, inOrder, conditions, limit, ...list }: SearchedList,
  search: Search,
): Promise<Found[]> {
  const { id, document } = names;
  const parameters = [...list.parameters];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const indexed = indexedCondition(names, search, bind);
  const matching =
    indexed === null
      ? `${conditions} and ${matchCondition(names, search, bind)} ${inOrder} limit ${bind(limit)}`
      : `${conditions} and ${indexed}`;
  return boundSql(
    em,
    `${PLAN_ANEW}
     with matching as materialized (select ${key}, ${id} from ${table} where ${matching}),
     found as materialized (select ${key}, ${id} from matching ${inOrder} limit ${bind(limit)})
     select document, ${key} as key, ${id} as id
     from found join (select ${id}, ${document} as document from ${table}) as contact using (${id}) ${inOrder}`,
    parameters,
  );
}
