import { containing } from '#platform';

import { type ColumnNames } from '../projection/contact.entity.js';
import { type Search } from '../projection/search-text.js';

/** Rows that a search looks at in the order of the list, before it looks all its matches up in an index. */
const ROWS_IN_ORDER = 1_000;

/** A list of contacts, before anything is searched for in it. */
export interface SearchedList {
  readonly table: string;
  /** The column that orders it, before the id. */
  readonly key: string;
  /** `order by` both. */
  readonly inOrder: string;
  readonly conditions: string;
  readonly limit: string;
}

/**
 * The contacts of a list that match, in its order.
 *
 * What many contacts match is found soon in the order of the list; what few match, by the index of trigrams, to be sorted
 * then. It is SQL because the planner is not left to choose between the two: with a million contacts a search by name
 * took 142 ms when it was, and takes 36 (docs/adr/0030-searches-look-in-order-first.md). Documents are read last, of the
 * rows that are shown. The first part goes by the index of the list's order, the second by those of accounts and
 * trigrams.
 */
export function searchContacts(
  { id, document, searchText, phoneDigits }: ColumnNames,
  { table, key, inOrder, conditions, limit }: SearchedList,
  matches: string,
): string {
  return `
    with near as materialized (
      select ${key}, ${id} from (
        select ${key}, ${id}, ${searchText}, ${phoneDigits}
        from ${table} where ${conditions} ${inOrder} limit ${ROWS_IN_ORDER}
      ) as next where ${matches} ${inOrder} limit ${limit}
    ), all_there_are as materialized (
      select ${key}, ${id} from ${table}
      where ${conditions} and ${matches} and (select count(*) from near) < ${limit}
    ), found as materialized (
      select ${key}, ${id} from near union select ${key}, ${id} from all_there_are
      ${inOrder} limit ${limit}
    )
    select document, ${key} as key, ${id} as id
    from found join (select ${id}, ${document} as document from ${table}) as contact using (${id}) ${inOrder}`;
}

/** Whether there is a trigram in what is looked for. */
export function isIndexed({ words }: Search): boolean {
  return words.some((word) => /[a-z\d]{3}| [a-z\d]/i.test(word));
}

/** @param bind takes a parameter, and gives its place in the statement */
export function matchCondition(
  names: ColumnNames,
  { words, digits }: Search,
  bind: (value: unknown) => string,
): string {
  const inText = words.map((word) => wordCondition(names, word, bind)).join(' and ');
  const inNumbers = digits.map((number) => `${names.phoneDigits} like ${bind(containing(number))}`);
  return inNumbers.length === 0 ? inText : `((${inText}) or ${inNumbers.join(' or ')})`;
}

/**
 * Each trigram that is looked up costs a look at each candidate, and those of a domain are in thousands of addresses:
 * only what stands before it is looked up, and the whole compared with what is found. With all of it looked up, a search
 * by e-mail address took 15.6 ms, with its first twelve characters 6.9 (docs/adr/0030).
 */
function wordCondition({ searchText }: ColumnNames, word: string, bind: (value: unknown) => string): string {
  const name = /^[^@]*[a-z\d]{3}[^@]*@/i.exec(word)?.[0];
  if (name === undefined) return `${searchText} like ${bind(containing(word))}`;
  return `${searchText} like ${bind(containing(name))} and strpos(${searchText}, ${bind(word)}) > 0`;
}
