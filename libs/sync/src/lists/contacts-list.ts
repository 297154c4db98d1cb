import { setImmediate } from 'node:timers/promises';

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

/** So many persons are read before others have their turn, such as the connection that a page is sent by. */
const PERSONS_A_TURN = 50;

/** Tells who the persons are, and leaves their details for later, unless all are new: most have not changed. */
async function readPersons(raw: readonly unknown[], isFirst = false): Promise<ReadPage> {
  const shown: ShownPerson[] = [];
  const deleted = new Map<string, DeletedPerson>();
  const refused = new Map<string, QuarantinedPerson>();
  for (const [index, item] of raw.entries()) {
    if (index > 0 && index % PERSONS_A_TURN === 0) await setImmediate();
    try {
      const { kind, ...identity } = readIdentity(item);
      if (kind === 'deleted') deleted.set(identity.resourceName, { kind, ...identity });
      else {
        const person = isFirst ? understood(item, identity) : null;
        shown.push({
          ...identity,
          rawHash: rawHash(item),
          understand: person === null ? (now) => understood(item, now) : (now) => ({ ...person, ...now }),
        });
      }
    } catch (error) {
      if (!(error instanceof PersonNotUnderstood)) throw error;
      const person = quarantinedPerson(item, error);
      refused.set(person.key, person);
    }
  }
  return { shown, deleted: [...deleted.values()], quarantined: [...refused.values()] };
}

/** One that cannot be understood stops nothing. */
function understood(raw: unknown, identity: PersonIdentity): SeenPerson | QuarantinedPerson {
  try {
    return readSeenPerson(raw, identity);
  } catch (error) {
    if (!(error instanceof PersonNotUnderstood)) throw error;
    return quarantinedPerson(raw, error, identity);
  }
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
      unchanged: [...asBefore.keys(), ...unchanged],
      tombstones: page.deleted.map((person) => person.resourceName),
      quarantined: quarantined.map((person) => person.key),
      understood: tally.nowUnderstood([...asBefore.values(), ...seen]),
    },
    quarantined,
    previousNames: [...seen, ...quarantined].flatMap((person) => person.previousResourceNames),
    merged: decision.merges.size,
    events: decision.events.length,
    appended: append(decision.events, decision.snapshots),
    changes: [...quarantineChanges(run, quarantined, [...asBefore.values(), ...seen]), ...changes],
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
  /** They came exactly as their contacts, by whose ids they stand, last saw them: nothing is to be decided. */
  readonly asBefore: ReadonlyMap<string, PersonIdentity>;
  /** Each resource name once: of a person that the page repeats, the last. */
  readonly seen: readonly SeenPerson[];
  /** Of the seen ones, by their names. */
  readonly rawHashes: ReadonlyMap<string, string>;
  /** Without those that the page shows understood later. */
  readonly refused: readonly QuarantinedPerson[];
}

/** Understands the persons that are not as before. */
function understand(
  persons: readonly ShownPerson[],
  directory: PageDirectory,
  askedAbout: ReadonlyMap<string, readonly ContactSnapshot[]>,
): UnderstoodPersons {
  const sole = directory.soleContacts(persons);
  const asBefore = new Map<string, PersonIdentity>();
  const seen = new Map<string, SeenPerson>();
  const rawHashes = new Map<string, string>();
  const refused = new Map<string, QuarantinedPerson>();
  persons.forEach((shown, index) => {
    const contact = sole[index];
    const isAnother = (asked: ContactSnapshot) => asked.contactId !== contact?.snapshot.contactId;
    if (contact?.rawHash === shown.rawHash && askedAbout.get(shown.resourceName)?.some(isAnother) !== true) {
      asBefore.set(contact.snapshot.contactId, shown);
      refused.delete(shown.resourceName);
      return;
    }
    const { rawHash: hash, understand: understandAs, ...identity } = shown;
    const person = understandAs(identity);
    if ('key' in person) {
      refused.set(person.key, person);
      return;
    }
    seen.set(person.resourceName, person);
    refused.delete(person.resourceName);
    rawHashes.set(person.resourceName, hash);
  });
  return { asBefore, seen: [...seen.values()], rawHashes, refused: [...refused.values()] };
}
