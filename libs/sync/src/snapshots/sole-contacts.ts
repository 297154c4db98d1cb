import { type PersonIdentity } from '#contact';

import { type KnownContact, keysOf } from './contact-snapshots.js';

/**
 * The contact of each person about whom nothing is to be found out: it lives under the person's name, all that the
 * person shows leads to it, and nobody else on the page lays claim to it. null for every other person.
 *
 * @param persons all those of a page
 * @param contacts that their names and source ids lead to
 */
export function soleContacts(
  persons: readonly PersonIdentity[],
  contacts: ReadonlyMap<string, KnownContact>,
): (KnownContact | null)[] {
  const keys = persons.map(keysOf);
  const claims = new Map<KnownContact | undefined, number>();
  for (const key of keys.flat()) {
    const contact = contacts.get(key);
    claims.set(contact, (claims.get(contact) ?? 0) + 1);
  }
  return persons.map(({ resourceName, previousResourceNames }, index) => {
    const contact = contacts.get(resourceName);
    if (contact === undefined || previousResourceNames.length > 0) return null;
    const own = keys[index] ?? [];
    const isSole = claims.get(contact) === own.length && own.every((key) => contacts.get(key) === contact);
    const { deleted, resourceName: name } = contact.snapshot;
    return isSole && !deleted && name === resourceName ? contact : null;
  });
}
