import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  type ContactSnapshot,
  type DeletedPerson,
  PERSON_FIELDS,
  type PersonIdentity,
  PersonNotUnderstood,
  readIdentity,
  readSeenPerson,
  type SeenPerson,
} from '#contact';
import { connections } from '#google-people';

import {
  type DecidedPage,
  type ListDescription,
  type ReadPage,
  type ShownPerson,
} from '../pages/list-description.js';
import { quarantineChanges } from '../quarantine/quarantine.sql.js';
import { quarantinedPerson, type QuarantinedPerson } from '../quarantine/quarantined-person.js';
import { type RunContext } from '../runs/run-context.js';
import { byClass } from '../runs/run-tally.js';
import { decideSightings } from '../snapshots/decide-sightings.js';
import { decisionContext, rawHash } from '../snapshots/hashes.js';
import { PageDirectory } from '../snapshots/page-directory.js';
import { readSnapshots } from '../snapshots/read-snapshots.sql.js';

/** The contacts that a person keeps. */
export const contactsList: ListDescription = {
  name: 'contacts',
  source: connections(PERSON_FIELDS),
  read: readPersons,
  decide: decidePersons,
};

/** Tells who the persons are, and leaves their details for later: most have not changed. */
function readPersons(raw: readonly unknown[]): ReadPage {
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
      const person = quarantinedPerson(item, error);
      refused.set(person.key, person);
    }
  }
  return { shown, deleted: [...deleted.values()], quarantined: [...refused.values()] };
}

async function decidePersons(
  { em, run, list, tally, append }: RunContext,
  page: ReadPage,
): Promise<DecidedPage> {
  const directory = await PageDirectory.read(em, run.accountId, page.shown, {
    runId: run.id,
    epoch: list.epoch,
  });
  const askedAbout = await contactsAskedAbout(em, page);
  const { asBefore, seen, rawHashes, refused } = understand(page.shown.splice(0), directory, askedAbout);
  const quarantined = [...page.quarantined, ...refused];
  const context = decisionContext(run, directory.readAt);
  const taken = [...askedAbout.values()].flat().filter((contact) => isShownBy(contact, quarantined));
  const { persons, asked } =
    taken.length === 0 ? { persons: seen, asked: askedAbout } : without(taken, seen, askedAbout);
  const { decision, changes } = await decideSightings(em, persons, context, directory, rawHashes, asked);
  const { created, updated, unchanged } = byClass(decision.outcomes);
  return {
    shown: {
      created,
      updated,
      unchanged: [...asBefore.map(({ contactId }) => contactId), ...unchanged],
      tombstones: page.deleted.map((person) => person.resourceName),
      quarantined: quarantined.map((person) => person.key),
      understood: tally.nowUnderstood([...asBefore, ...seen]),
    },
    quarantined,
    previousNames: [...seen, ...quarantined].flatMap((person) => person.previousResourceNames),
    merged: decision.merges.size,
    events: decision.events.length,
    appended: append(decision.events, decision.snapshots),
    changes: [...quarantineChanges(run, quarantined, [...asBefore, ...seen]), ...changes],
  };
}

async function contactsAskedAbout(
  em: SqlEntityManager,
  { askedAbout = new Map() }: ReadPage,
): Promise<ReadonlyMap<string, readonly ContactSnapshot[]>> {
  if (askedAbout.size === 0) return new Map();
  const { found } = await readSnapshots(em, [...askedAbout.values()].flat());
  return new Map(
    [...askedAbout].map(([name, ids]) => [name, found.filter(({ contactId }) => ids.includes(contactId))]),
  );
}

/** A contact that Google was asked about is not another person's while one that cannot be understood shows it. */
function isShownBy(contact: ContactSnapshot, quarantined: readonly QuarantinedPerson[]): boolean {
  return quarantined.some(
    ({ resourceName, sourceIds }) =>
      resourceName === contact.resourceName || sourceIds.some((id) => contact.sourceIds.includes(id)),
  );
}

/** Leaves contacts to the persons who show them. */
function without(
  taken: readonly ContactSnapshot[],
  seen: readonly SeenPerson[],
  askedAbout: ReadonlyMap<string, readonly ContactSnapshot[]>,
) {
  const names = new Set(taken.map(({ resourceName }) => resourceName));
  const persons = seen.map((person) => ({
    ...person,
    previousResourceNames: person.previousResourceNames.filter((name) => !names.has(name)),
  }));
  const asked = new Map(
    [...askedAbout].map(([name, contacts]) => [name, contacts.filter((one) => !taken.includes(one))]),
  );
  return { persons, asked };
}

/** The persons of a page, sorted by what is still to be decided on. */
interface UnderstoodPersons {
  /** They came exactly as their contacts last saw them: nothing is to be decided. */
  readonly asBefore: readonly (PersonIdentity & { readonly contactId: string })[];
  /** Each resource name once: of a person that the page repeats, the last. */
  readonly seen: readonly SeenPerson[];
  /** Of the seen ones, by their names. */
  readonly rawHashes: ReadonlyMap<string, string>;
  /** Without those that the page shows understood later. */
  readonly refused: readonly QuarantinedPerson[];
}

/** Reads the details of persons that are not as before; one that cannot be understood stops nothing. */
function understand(
  persons: readonly ShownPerson[],
  directory: PageDirectory,
  askedAbout: ReadonlyMap<string, readonly ContactSnapshot[]>,
): UnderstoodPersons {
  const sole = directory.soleContacts(persons);
  const asBefore: (PersonIdentity & { readonly contactId: string })[] = [];
  const seen = new Map<string, SeenPerson>();
  const rawHashes = new Map<string, string>();
  const refused = new Map<string, QuarantinedPerson>();
  persons.forEach(({ raw, ...identity }, index) => {
    const hash = rawHash(raw);
    const contact = sole[index];
    const isAnother = (asked: ContactSnapshot) => asked.contactId !== contact?.snapshot.contactId;
    if (contact?.rawHash === hash && askedAbout.get(identity.resourceName)?.some(isAnother) !== true) {
      asBefore.push({ ...identity, contactId: contact.snapshot.contactId });
      refused.delete(identity.resourceName);
      return;
    }
    try {
      const person = readSeenPerson(raw, identity);
      seen.set(person.resourceName, person);
      refused.delete(person.resourceName);
      rawHashes.set(person.resourceName, hash);
    } catch (error) {
      if (!(error instanceof PersonNotUnderstood)) throw error;
      const refusal = quarantinedPerson(raw, error, identity);
      refused.set(refusal.key, refusal);
    }
  });
  return { asBefore, seen: [...seen.values()], rawHashes, refused: [...refused.values()] };
}
