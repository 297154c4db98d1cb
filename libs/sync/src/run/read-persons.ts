import { type DeletedPerson, PersonNotUnderstood, readPerson, type SeenPerson } from '#contact';

import { quarantined, type QuarantinedPerson } from '../quarantine/quarantine.js';

/** The persons of a page, sorted by what can be done with them. */
export interface ReadPage {
  /** Each resource name once: of a person that the page repeats, the last. */
  readonly seen: readonly SeenPerson[];
  readonly deleted: readonly DeletedPerson[];
  readonly quarantined: readonly QuarantinedPerson[];
}

/** Understands what it can; one person that cannot be understood stops nothing. */
export function readPersons(raw: readonly unknown[]): ReadPage {
  const seen = new Map<string, SeenPerson>();
  const deleted = new Map<string, DeletedPerson>();
  const refused = new Map<string, QuarantinedPerson>();
  for (const item of raw) {
    try {
      const person = readPerson(item);
      if (person.kind === 'seen') seen.set(person.resourceName, person);
      else deleted.set(person.resourceName, person);
    } catch (error) {
      if (!(error instanceof PersonNotUnderstood)) throw error;
      const person = quarantined(item, error);
      refused.set(person.key, person);
    }
  }
  return { seen: [...seen.values()], deleted: [...deleted.values()], quarantined: [...refused.values()] };
}
