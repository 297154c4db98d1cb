import { type ContactHead } from './contact-head.js';
import { type PersonIdentity } from './person.js';

/** The contacts that persons may belong to: which contact a name or a CONTACT source id last led to. */
export interface ContactDirectory {
  byName(resourceName: string): ContactHead | undefined;
  bySourceId(sourceId: string): ContactHead | undefined;
}

/** Which contact a person is, and which other contacts have turned out to be the same one. */
export interface Identification {
  /** null: a contact that was not known before. */
  readonly contact: ContactHead | null;
  /** Live contacts to be deleted as merged into `contact`. */
  readonly merged: readonly ContactHead[];
}

/**
 * Tells which contact each person of a page is (docs/adr/0006-identity.md), looking at the page as a whole, because
 * two persons may have swapped names.
 *
 * A person is the contact that one of its previous names leads to; else the live contact that holds one of its
 * CONTACT source ids; else the contact that holds its name now, deleted or not. A name holder that another person of
 * the page can claim by stronger evidence, or whose source ids contradict the stronger evidence, is left alone.
 */
export function identify(persons: readonly PersonIdentity[], directory: ContactDirectory): Identification[] {
  const anchors = anchored(persons, directory);
  const isFree = (contact: ContactHead, person: PersonIdentity): boolean => {
    const anchor = anchors.get(contact.contactId);
    return anchor === undefined || anchor === person.resourceName;
  };
  const strong = persons.map((person) =>
    distinct([
      ...person.previousResourceNames.map((name) => directory.byName(name)),
      ...person.sourceIds
        .map((id) => directory.bySourceId(id))
        .filter((contact) => contact?.deleted === false),
    ]).filter((contact) => isFree(contact, person)),
  );
  const claimed = new Map<string, string>();
  persons.forEach((person, index) => {
    const [first] = strong[index] ?? [];
    if (first !== undefined && !claimed.has(first.contactId))
      claimed.set(first.contactId, person.resourceName);
  });

  return persons.map((person, index) => {
    const evidence = strong[index] ?? [];
    const holder = nameHolder(person, directory);
    const holderIsThis =
      holder !== undefined &&
      isFree(holder, person) &&
      (claimed.get(holder.contactId) ?? person.resourceName) === person.resourceName &&
      (evidence.length === 0 ||
        evidence.includes(holder) ||
        (!holder.deleted && !contradicts(holder, person)));
    const matches = distinct([...evidence, holderIsThis ? holder : undefined]).filter(
      (contact) => (claimed.get(contact.contactId) ?? person.resourceName) === person.resourceName,
    );
    const contact = survivor(matches, holderIsThis ? holder : undefined);
    return { contact, merged: matches.filter((match) => match !== contact && !match.deleted) };
  });
}

/** Contacts that a person of the page holds by name and source id both: nobody else's previous name takes them. */
function anchored(persons: readonly PersonIdentity[], directory: ContactDirectory): Map<string, string> {
  const anchors = new Map<string, string>();
  for (const person of persons) {
    const holder = nameHolder(person, directory);
    if (holder !== undefined && person.sourceIds.some((id) => holder.sourceIds.includes(id))) {
      anchors.set(holder.contactId, person.resourceName);
    }
  }
  return anchors;
}

function nameHolder(person: PersonIdentity, directory: ContactDirectory): ContactHead | undefined {
  const contact = directory.byName(person.resourceName);
  return contact?.resourceName === person.resourceName ? contact : undefined;
}

function contradicts(holder: ContactHead, person: PersonIdentity): boolean {
  return (
    holder.sourceIds.length > 0 &&
    person.sourceIds.length > 0 &&
    !person.sourceIds.some((id) => holder.sourceIds.includes(id))
  );
}

function survivor(matches: readonly ContactHead[], holder: ContactHead | undefined): ContactHead | null {
  if (holder !== undefined) return holder;
  const live = matches.filter((match) => !match.deleted);
  return (live.length > 0 ? live : matches).toSorted(byAge)[0] ?? null;
}

function byAge(a: ContactHead, b: ContactHead): number {
  return a.createdAt === b.createdAt
    ? a.contactId < b.contactId
      ? -1
      : 1
    : a.createdAt < b.createdAt
      ? -1
      : 1;
}

function distinct(contacts: readonly (ContactHead | undefined)[]): ContactHead[] {
  return [...new Set(contacts.filter((contact) => contact !== undefined))];
}
