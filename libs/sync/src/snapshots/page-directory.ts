import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactDirectory, type ContactSnapshot, type PersonIdentity } from '#contact';
import { boundSql, PLAN_ANEW } from '#platform';

import { type KnownContact, keysOf, readContactsByKey, sourceKey } from './contact-snapshots.js';
import { contactId } from './contact-id.js';
import { soleContacts } from './sole-contacts.js';

/** The list that a page belongs to: everything that a run was shown since its pages began. */
export interface PageList {
  readonly runId: string;
  readonly epoch: number;
}

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
    list: PageList | null,
  ): Promise<PageDirectory> {
    const keys = new Set(persons.flatMap((person) => keysOf(person)));
    const { found: contacts, readAt } = await readContactsByKey(em, accountId, [...keys]);
    const names = new Set(persons.map((person) => person.resourceName));
    const suspect = persons
      .flatMap((person) => person.previousResourceNames)
      .map((name) => contacts.get(name)?.snapshot)
      .filter((snapshot) => snapshot !== undefined && !snapshot.deleted && !names.has(snapshot.resourceName))
      .map((snapshot) => snapshot?.contactId ?? '');
    return new PageDirectory(accountId, readAt, contacts, await shownIn(em, list, suspect));
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
      const rows = await boundSql<{ contact_id: string }>(
        em,
        `${PLAN_ANEW} select contact_id from contact_snapshots where contact_id = any($1::uuid[])`,
        [unsure.map((name) => ids.get(name))],
      );
      const taken = new Set(rows.map((row) => row.contact_id));
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

async function shownIn(
  em: SqlEntityManager,
  list: PageList | null,
  contactIds: readonly string[],
): Promise<Set<string>> {
  if (list === null || contactIds.length === 0) return new Set();
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `select distinct contact_id from sync_run_pages, unnest(contact_ids) as contact_id
     where run_id = $1 and epoch = $2 and contact_id = any($3::uuid[])`,
    [list.runId, list.epoch, contactIds],
  );
  return new Set(rows.map((row) => row.contact_id));
}
