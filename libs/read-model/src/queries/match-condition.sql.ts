import { containing } from '#platform';

import { type ColumnNames } from '../projection/contact.entity.js';
import { type Search } from '../projection/search-text.js';

/** Takes a parameter, and gives its place in the statement. */
export type Bind = (value: unknown) => string;

/**
 * A condition that each match meets, and nothing else. No index is used for it. It is the same text for whatever is
 * searched for, so that a statement with it can be prepared.
 */
export function matchCondition(names: ColumnNames, { words, digits }: Search, bind: Bind): string {
  const inText = `${names.searchText} like all(${bind(words.map(containing))}::text[])`;
  if (digits.length === 0) return inText;
  return `(${inText} or ${names.phoneDigits} like any(${bind(digits.map(containing))}::text[]))`;
}

/**
 * The same with what the index of trigrams is asked, which more may meet.
 *
 * @returns null where there is no trigram in what is looked for
 */
export function indexedCondition(names: ColumnNames, search: Search, bind: Bind): string | null {
  if (!search.words.some((word) => /[a-z\d]{3}| [a-z\d]/i.test(word))) return null;
  const { searchText, phoneDigits } = names;
  const inText = search.words.map((word) => `${searchText} like ${bind(containing(lookedUp(word)))}`);
  const inNumbers = search.digits.map((number) => `${phoneDigits} like ${bind(containing(number))}`);
  const lookUp = [`(${inText.join(' and ')})`, ...inNumbers].join(' or ');
  return `(${lookUp}) and ${matchCondition(names, search, bind)}`;
}

/**
 * Each trigram that is looked up costs a look at each candidate, and those of a domain are in thousands of addresses:
 * only what stands before it is looked up. With all of it looked up, a search by e-mail address took 15.6 ms, with its
 * first twelve characters 6.9 (docs/adr/0030).
 */
function lookedUp(word: string): string {
  return /^[^@]*[a-z\d]{3}[^@]*@/i.exec(word)?.[0] ?? word;
}
