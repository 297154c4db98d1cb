import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  changedContacts,
  type Contact,
  type ContactEvent,
  type ContactSnapshot,
  decidePage,
  type DecisionContext,
  identify,
  type PageDecision,
  type SeenPerson,
} from '#contact';
import { contactEventData, readContactEvent } from '#contact-events';
import { eventsToAppend, readVersions } from '#event-store';
import { type Change } from '#platform';

import { changesToCount } from '../figures/count-changes.sql.js';
import { ACCOUNT_REFERENCE_METADATA } from './account-reference.sql.js';
import { type PageDirectory } from './page-directory.js';
import { keysToRedirect, keysToWrite } from './write-keys.sql.js';
import { snapshotsToWrite } from './write-snapshots.sql.js';

/** What persons of a page mean, and how their snapshots and keys are to be written. */
export interface Sightings {
  readonly decision: PageDecision;
  readonly changes: readonly Change[];
}

/**
 * Tells which contacts persons are, and decides what that means. The caller makes the changes, and appends the events,
 * under the same lease.
 *
 * @param directory of these persons, read by whoever holds the lease: nobody else changes what it says
 * @param rawHashes of the persons as they came, by name
 * @param askedAbout as {@link identify} takes it
 */
export async function decideSightings(
  em: SqlEntityManager,
  persons: readonly SeenPerson[],
  context: DecisionContext,
  directory: PageDirectory,
  rawHashes: ReadonlyMap<string, string> = new Map(),
  askedAbout: ReadonlyMap<string, readonly ContactSnapshot[]> = new Map(),
): Promise<Sightings> {
  const identifications = identify(persons, directory, askedAbout);
  const newIds = await directory.newContactIds(
    em,
    persons
      .filter((_, index) => identifications[index]?.contact == null)
      .map((person) => person.resourceName),
  );
  const identified = persons.map((person, index) => {
    const identification = identifications[index] ?? { contact: null, merged: [] };
    const contactId = identification.contact?.contactId ?? newIds.get(person.resourceName) ?? '';
    return { person, identification, contactId };
  });
  const last = await lastOf(em, changedContacts(identified, context.digest));
  const decision = decidePage(identified, last, context);
  const hashes = new Map(
    identified.flatMap(({ person, contactId }) => {
      const hash = rawHashes.get(person.resourceName);
      return hash === undefined ? [] : [[contactId, hash] as const];
    }),
  );
  const keys = directory.missingKeys(identified);
  return {
    decision,
    changes: [
      ...snapshotsToWrite(decision.snapshots, hashes),
      ...keysToWrite(context.accountId, keys),
      ...keysToRedirect(decision.merges, keys.keys()),
    ],
  };
}

/** Contacts as their last events have them, by their ids. */
async function lastOf(
  em: SqlEntityManager,
  snapshots: readonly ContactSnapshot[],
): Promise<Map<string, Contact>> {
  const found = await readVersions(
    em,
    snapshots.map(({ contactId, version }) => ({ streamId: contactId, version })),
  );
  return new Map(
    found.flatMap(({ streamId, type, data }) => {
      const event = data === null ? null : readContactEvent(type, data);
      return event?.type === 'ContactUpdated' ? [[streamId, event.contact] as const] : [];
    }),
  );
}

/**
 * Appends contact events to the log, as {@link eventsToAppend} does, with what their account is known by, and counts
 * them: all that the service appends comes through here.
 *
 * @param events of one account
 * @param snapshots after the events, for the source ids that are not published but needed to rebuild the snapshots
 */
export function contactEventsToAppend(
  events: readonly ContactEvent[],
  snapshots: readonly ContactSnapshot[],
): Change[] {
  const sources = new Map(snapshots.map((snapshot) => [snapshot.contactId, snapshot.sourceIds]));
  const appended = eventsToAppend(
    events.map((event) => ({
      streamId: event.contactId,
      version: event.version,
      accountId: event.accountId,
      type: event.type,
      data: contactEventData(event),
      metadata: { sourceIds: sources.get(event.contactId) ?? [] },
      runId: event.runId,
      occurredAt: event.occurredAt,
    })),
    { sql: ACCOUNT_REFERENCE_METADATA, parameters: [events[0]?.accountId] },
  );
  // The first is carried out last.
  return [...appended, ...changesToCount(events)];
}
