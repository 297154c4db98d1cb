import { type DeletedPerson, type PersonIdentity, PersonNotUnderstood, readIdentity } from '#contact';

import { quarantined, type QuarantinedPerson } from '../quarantine/quarantine.js';

/** A person that a page shows, whose details nobody has read yet. */
export interface ShownPerson extends PersonIdentity {
  /** As it came. */
  readonly raw: unknown;
}

/** The persons of a page, as far as the page itself tells. */
export interface ReadPage {
  /** Whoever understands them takes them out. */
  readonly shown: ShownPerson[];
  readonly deleted: readonly DeletedPerson[];
  /** Who they are cannot be told. */
  readonly quarantined: readonly QuarantinedPerson[];
}

/** Tells who the persons are; one of whom that cannot be told stops nothing. */
export function readPersons(raw: readonly unknown[]): ReadPage {
  const shown: ShownPerson[] = [];
  const deleted = new Map<string, DeletedPerson>();
  const refused = new Map<string, QuarantinedPerson>();
  for (const item of raw) {
    try {
      const { kind, ...identity } = readIdentity(item);
      if (kind === 'seen') shown.push({ ...identity, raw: item });
      else deleted.set(identity.resourceName, { kind, ...identity });
    } catch (error) {
      if (!(error instanceof PersonNotUnderstood)) throw error;
      const person = quarantined(item, error);
      refused.set(person.key, person);
    }
  }
  return { shown, deleted: [...deleted.values()], quarantined: [...refused.values()] };
}
