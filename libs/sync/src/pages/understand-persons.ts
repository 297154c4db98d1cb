import { type PersonIdentity, PersonNotUnderstood, readPerson, type SeenPerson } from '#contact';

import { type PageDirectory } from '../snapshots/page-directory.js';
import { rawHash } from '../snapshots/raw-hash.js';
import { quarantined, type QuarantinedPerson } from '../quarantine/quarantine.js';
import { type ShownPerson } from './read-persons.js';

/** The persons of a page, sorted by what is still to be decided on. */
export interface UnderstoodPersons {
  /** They are as their contacts saw them last, to the letter: nothing. */
  readonly asBefore: readonly (PersonIdentity & { readonly contactId: string })[];
  /** Each resource name once: of a person that the page repeats, the last. */
  readonly seen: readonly SeenPerson[];
  /** Of the seen ones, by their names. */
  readonly rawHashes: ReadonlyMap<string, string>;
  readonly quarantined: readonly QuarantinedPerson[];
}

/** Understands what it can; one person that cannot be understood stops nothing. */
export function understandPersons(
  persons: readonly ShownPerson[],
  directory: PageDirectory,
): UnderstoodPersons {
  const sole = directory.soleContacts(persons);
  const asBefore: (PersonIdentity & { readonly contactId: string })[] = [];
  const seen = new Map<string, SeenPerson>();
  const rawHashes = new Map<string, string>();
  const refused = new Map<string, QuarantinedPerson>();
  persons.forEach((person, index) => {
    const { raw, ...identity } = person;
    const hash = rawHash(raw);
    const contact = sole[index];
    if (contact?.rawHash === hash) {
      asBefore.push({ ...identity, contactId: contact.snapshot.contactId });
      return;
    }
    try {
      const read = readPerson(raw);
      if (read.kind !== 'seen') return;
      seen.set(read.resourceName, read);
      rawHashes.set(read.resourceName, hash);
    } catch (error) {
      if (!(error instanceof PersonNotUnderstood)) throw error;
      const refusal = quarantined(raw, error);
      refused.set(refusal.key, refusal);
    }
  });
  return { asBefore, seen: [...seen.values()], rawHashes, quarantined: [...refused.values()] };
}
