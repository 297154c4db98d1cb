import { presentPerson } from '../persons/present-person.js';
import { type Account } from '../storage/account-store.js';
import { type PersonStore, type PersonVersion } from '../storage/person-store.js';
import { type SortOrder } from './connection-parameters.js';
import { invalidArgument } from './google-error.js';

const LARGEST = 20_000;

/**
 * A page of a list with a sort order, `cursor` being the number of persons already shown. No synchronization
 * uses one, so it sorts the account each time, and refuses accounts for which that would be slow.
 */
export function sortedPage(
  account: Account,
  persons: PersonStore,
  order: SortOrder,
  asOf: number,
  cursor: number,
  limit: number,
): PersonVersion[] {
  if (account.nextPosition > LARGEST) {
    throw invalidArgument(
      `The simulator sorts accounts of up to ${LARGEST} persons only: leave sortOrder out.`,
    );
  }
  const keyed = persons
    .liveFrom(account, asOf, 0, LARGEST)
    .map((version) => ({ version, key: keyOf(account, version, order) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.version.position - b.version.position));
  if (order === 'LAST_MODIFIED_DESCENDING') keyed.reverse();
  return keyed.slice(cursor, cursor + limit).map(({ version }) => version);
}

function keyOf(account: Account, version: PersonVersion, order: SortOrder): string {
  const how = { fields: ['metadata', 'names'] as const, withProfile: false, incremental: false };
  const person = presentPerson(account, version, how) as {
    names?: { givenName?: string; familyName?: string }[];
    metadata?: { sources?: { updateTime?: string }[] };
  };
  const name = person.names?.[0];
  if (order === 'FIRST_NAME_ASCENDING') return name?.givenName ?? '';
  if (order === 'LAST_NAME_ASCENDING') return name?.familyName ?? '';
  return person.metadata?.sources?.[0]?.updateTime ?? '';
}
