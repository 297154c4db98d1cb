import { type Contact } from './contact.js';
import { type ContactEvent, type ContactChange } from './contact-event.js';
import { type ContactSnapshot } from './contact-snapshot.js';
import { decide, type DecisionContext, evolve, isChanged } from './decide.js';
import { type Digest } from './fingerprint.js';
import { type Identification } from './identify.js';
import { type SeenPerson } from './person.js';

export type SightOutcome = ContactChange | 'unchanged';

/** A person of a page and the contact that it is. */
export interface IdentifiedPerson {
  readonly person: SeenPerson;
  readonly identification: Identification;
  /** Of the contact that it is, or is to become. */
  readonly contactId: string;
}

/** What a page of persons means. */
export interface PageDecision {
  /** In the order of the page; a merged contact's deletion follows the sight that showed it. */
  readonly events: readonly ContactEvent[];
  /** Snapshots that are not as they were, each once. */
  readonly snapshots: readonly ContactSnapshot[];
  /** What became of each contact that the page showed. */
  readonly outcomes: ReadonlyMap<string, SightOutcome>;
  /** From a merged contact's id to its survivor's. */
  readonly merges: ReadonlyMap<string, string>;
}

/** The contacts that a page changes, whose last states {@link decidePage} has to know. */
export function changedContacts(persons: readonly IdentifiedPerson[], digest: Digest): ContactSnapshot[] {
  const changed = persons.flatMap(({ person, identification: { contact } }) =>
    contact !== null && isChanged(person, contact, digest) ? [contact] : [],
  );
  return [...new Map(changed.map((snapshot) => [snapshot.contactId, snapshot])).values()];
}

/**
 * Decides on every person of a page.
 *
 * @param last the {@link changedContacts} as their last events have them, by their ids
 */
export function decidePage(
  persons: readonly IdentifiedPerson[],
  last: ReadonlyMap<string, Contact>,
  context: DecisionContext,
): PageDecision {
  const events: ContactEvent[] = [];
  // Of a person that the page repeats, the copy before.
  const seen = new Map<string, Contact>();
  const changed = new Map<string, ContactSnapshot>();
  const outcomes = new Map<string, SightOutcome>();
  const merges = new Map<string, string>();

  const apply = <Snapshot extends ContactSnapshot | null>(
    snapshot: Snapshot,
    decided: readonly ContactEvent[],
  ): Snapshot | ContactSnapshot => {
    events.push(...decided);
    return decided.reduce<Snapshot | ContactSnapshot>(
      (state, event) => evolve(state, event, context.digest),
      snapshot,
    );
  };

  for (const { person, identification, contactId } of persons) {
    const before = changed.get(contactId) ?? identification.contact;
    const known = seen.get(contactId) ?? last.get(contactId) ?? null;
    const decided = decide({ kind: 'see', contactId, person, last: known }, before, context);
    const names = [...person.previousResourceNames, ...identification.merged.flatMap(namesOf)];
    const after = withIdentity(apply(before, decided), person.sourceIds, names);
    if (after !== null && after !== before) changed.set(contactId, after);
    // Of a person that the page repeats, the first change is what became of it.
    const [event] = decided;
    if (event?.type === 'ContactUpdated') seen.set(contactId, event.contact);
    if ((outcomes.get(contactId) ?? 'unchanged') === 'unchanged') {
      outcomes.set(contactId, event?.type === 'ContactUpdated' ? event.change : 'unchanged');
    }

    for (const other of identification.merged) {
      const gone = changed.get(other.contactId) ?? other;
      const command = { kind: 'delete', reason: 'merged', mergedInto: contactId } as const;
      changed.set(other.contactId, apply(gone, decide(command, gone, context)));
      merges.set(other.contactId, contactId);
    }
  }
  return { events, snapshots: [...changed.values()], outcomes, merges };
}

/** What a sight tells of a contact's identity. A person that shows no CONTACT source says nothing about those it had. */
function withIdentity(
  snapshot: ContactSnapshot | null,
  sourceIds: readonly string[],
  names: readonly string[],
): ContactSnapshot | null {
  if (snapshot === null) return null;
  const known = snapshot.formerNames;
  const formerNames = [...new Set([...known, ...names])];
  const sameSources =
    sourceIds.length === 0 ||
    (sourceIds.length === snapshot.sourceIds.length &&
      sourceIds.every((id) => snapshot.sourceIds.includes(id)));
  if (sameSources && formerNames.length === known.length) return snapshot;
  return { ...snapshot, sourceIds: sameSources ? snapshot.sourceIds : sourceIds, formerNames };
}

function namesOf(snapshot: ContactSnapshot): readonly string[] {
  return [snapshot.resourceName, ...snapshot.formerNames];
}
