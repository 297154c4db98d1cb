import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  type ContactDirectory,
  type ContactSnapshot,
  keysOf,
  type PersonIdentity,
  sourceKey,
} from '#contact';

import { v5 as uuidv5 } from 'uuid';

import { idsTaken, shownByList, type ShownList } from './page-directory.sql.js';
import { type KnownContact, readContactsByKey } from './read-snapshots.sql.js';

/** The contacts that the persons of one page may belong to, read in one round trip. */
export class PageDirectory implements ContactDirectory {
  private constructor(
    private readonly accountId: string,
    /** The database's time, ISO 8601. */
    readonly readAt: string,
    private readonly contacts: ReadonlyMap<string, KnownContact>,
    private readonly shownBefore: ReadonlySet<string>,
  ) {}

  /** @param list whose earlier pages count; null for persons that are no part of one */
  static async read(
    em: SqlEntityManager,
    accountId: string,
    persons: readonly PersonIdentity[],
    list: ShownList | null,
  ): Promise<PageDirectory> {
    const keys = new Set(persons.flatMap((person) => keysOf(person)));
    const { found: contacts, readAt } = await readContactsByKey(em, accountId, [...keys]);
    const names = new Set(persons.map((person) => person.resourceName));
    const suspect = persons
      .flatMap((person) => person.previousResourceNames)
      .map((name) => contacts.get(name)?.snapshot)
      .filter((snapshot) => snapshot !== undefined && !snapshot.deleted && !names.has(snapshot.resourceName))
      .map((snapshot) => snapshot?.contactId ?? '');
    return new PageDirectory(
      accountId,
      readAt,
      contacts,
      list === null ? new Set() : await shownByList(em, list, suspect),
    );
  }

  /**
   * A contact that the list has shown already, under a name that no person of this page bears, is someone else, who
   * lives: a name that leads there was passed on, and its earlier bearer must not take the contact away again.
   */
  byName(resourceName: string): ContactSnapshot | undefined {
    const snapshot = this.contacts.get(resourceName)?.snapshot;
    return snapshot !== undefined && this.shownBefore.has(snapshot.contactId) ? undefined : snapshot;
  }

  bySourceId(sourceId: string): ContactSnapshot | undefined {
    return this.contacts.get(sourceKey(sourceId))?.snapshot;
  }

  /** As {@link soleContacts}, for all persons of the page. */
  soleContacts(persons: readonly PersonIdentity[]): (KnownContact | null)[] {
    return soleContacts(persons, this.contacts);
  }

  /**
   * Ids for persons that are no known contact. The first id of a name is free unless the name is known already: then
   * a contact that moved to another name may hold it, and the next number is tried.
   */
  async newContactIds(em: SqlEntityManager, names: readonly string[]): Promise<Map<string, string>> {
    const ids = new Map(names.map((name) => [name, contactId(this.accountId, name, 1)]));
    let unsure = names.filter((name) => this.contacts.has(name));
    for (let ordinal = 2; unsure.length > 0; ordinal += 1) {
      const taken = await idsTaken(
        em,
        unsure.map((name) => ids.get(name) ?? ''),
      );
      unsure = unsure.filter((name) => taken.has(ids.get(name) ?? ''));
      for (const name of unsure) ids.set(name, contactId(this.accountId, name, ordinal));
    }
    return ids;
  }

  /**
   * The keys that have to be written so that each person's name and sources lead to its contact. An earlier name is
   * added where nothing holds it; where another contact does, that one keeps it.
   */
  missingKeys(contacts: readonly { person: PersonIdentity; contactId: string }[]): Map<string, string> {
    const missing = new Map<string, string>();
    for (const { person, contactId: id } of contacts) {
      for (const name of person.previousResourceNames) if (!this.contacts.has(name)) missing.set(name, id);
    }
    for (const { person, contactId: id } of contacts) {
      for (const key of [person.resourceName, ...person.sourceIds.map(sourceKey)]) {
        if (this.contacts.get(key)?.snapshot.contactId === id) missing.delete(key);
        else missing.set(key, id);
      }
    }
    return missing;
  }
}

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

/**
 * The id of a contact: UUIDv5 of the first resource name it was seen under, with the account as namespace, so that
 * every replay and retry gives the same one.
 *
 * @param ordinal 1; 2, 3, … when contacts that have moved to other names hold the ids before
 */
function contactId(accountId: string, resourceName: string, ordinal: number): string {
  return uuidv5(ordinal === 1 ? resourceName : `${resourceName}#${ordinal}`, accountId);
}
