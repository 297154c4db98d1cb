import {
  changedContacts,
  type Contact,
  type ContactDirectory,
  type ContactEvent,
  type ContactSnapshot,
  decide,
  decidePage,
  type DecisionContext,
  evolve,
  type Identification,
  identify,
  initialState,
  type PageDecision,
  type SeenPerson,
} from '../index.js';
import { contextAt, digest } from './given.spec.js';

// The write side in memory, for the specs beside the domain; this file holds no spec itself.

const source = (id: string): string => `source:${id}`;

/** Contacts, the keys that lead to them, and their log, kept as a run keeps them. */
export class AddressBook implements ContactDirectory {
  readonly snapshots = new Map<string, ContactSnapshot>();
  readonly events: ContactEvent[] = [];
  private readonly keys = new Map<string, string>();
  private readonly shown = new Set<string>();
  private second = 0;

  byName(resourceName: string): ContactSnapshot | undefined {
    return this.snapshotOf(resourceName);
  }

  bySourceId(sourceId: string): ContactSnapshot | undefined {
    return this.snapshotOf(source(sourceId));
  }

  identify(page: readonly SeenPerson[]): Identification[] {
    return identify(page, this);
  }

  /** Takes in one page; a person that it repeats counts as it came last. */
  see(...page: readonly SeenPerson[]): PageDecision {
    const persons = [...new Map(page.map((person) => [person.resourceName, person])).values()];
    const identifications = this.identify(persons);
    const identified = persons.map((person, index) => {
      const identification = identifications[index] ?? { contact: null, merged: [] };
      const contactId = identification.contact?.contactId ?? this.newId(person.resourceName);
      return { person, identification, contactId };
    });
    const context = this.context();
    const decision = decidePage(identified, this.lastOf(changedContacts(identified, digest)), context);
    this.events.push(...decision.events);
    for (const changed of decision.snapshots) this.snapshots.set(changed.contactId, changed);
    for (const [from, to] of decision.merges) {
      for (const [key, id] of this.keys) if (id === from) this.keys.set(key, to);
    }
    for (const { person, contactId } of identified) {
      this.shown.add(contactId);
      for (const name of person.previousResourceNames)
        if (!this.keys.has(name)) this.keys.set(name, contactId);
    }
    for (const { person, contactId } of identified) {
      for (const key of [person.resourceName, ...person.sourceIds.map(source)]) this.keys.set(key, contactId);
    }
    return decision;
  }

  /** Ends a run: names that Google reports deleted, and after a full list every contact that it did not show. */
  finish(tombstones: readonly string[], full: boolean): void {
    const gone = tombstones.map((name) => this.keys.get(name)).filter((id) => id !== undefined);
    const context = this.context();
    for (const [id, known] of this.snapshots) {
      if (this.shown.has(id) || !(full || gone.includes(id))) continue;
      const reason = full ? 'absent-from-full-sync' : 'deleted-in-google';
      for (const event of decide({ kind: 'delete', reason }, known, context)) {
        this.events.push(event);
        this.snapshots.set(id, evolve(known, event, digest));
      }
    }
    this.shown.clear();
  }

  contactOf(name: string): string | undefined {
    const live = [...this.snapshots.values()].find(
      ({ resourceName, deleted }) => !deleted && resourceName === `people/${name}`,
    );
    return live?.contactId;
  }

  /** What a reader of the log knows: its live contacts, by their names. */
  folded(): Map<string, Contact> {
    const contacts = new Map<string, Contact>();
    for (const event of this.events) {
      if (event.type === 'ContactUpdated') contacts.set(event.contactId, event.contact);
      else contacts.delete(event.contactId);
    }
    return new Map([...contacts.values()].map((contact) => [contact.resourceName, contact]));
  }

  /** The versions of each contact, in the order of the log. */
  versions(): number[][] {
    const versions = new Map<string, number[]>();
    for (const { contactId, version } of this.events) {
      versions.set(contactId, [...(versions.get(contactId) ?? []), version]);
    }
    return [...versions.values()];
  }

  /** The snapshots as the log alone tells them. */
  replayed(): Map<string, ContactSnapshot | null> {
    const snapshots = new Map<string, ContactSnapshot | null>();
    for (const event of this.events) {
      snapshots.set(event.contactId, evolve(snapshots.get(event.contactId) ?? initialState, event, digest));
    }
    return snapshots;
  }

  private context(): DecisionContext {
    this.second += 1;
    return contextAt(this.second);
  }

  /** As the log has them. */
  private lastOf(snapshots: readonly ContactSnapshot[]): Map<string, Contact> {
    const ids = new Set(snapshots.map(({ contactId }) => contactId));
    const updates = this.events.filter((event) => event.type === 'ContactUpdated');
    return new Map(
      updates
        .filter(({ contactId }) => ids.has(contactId))
        .map(({ contactId, contact }) => [contactId, contact]),
    );
  }

  private snapshotOf(key: string): ContactSnapshot | undefined {
    return this.snapshots.get(this.keys.get(key) ?? '');
  }

  private newId(resourceName: string): string {
    const first = resourceName.replace('people/', '');
    for (let ordinal = 1; ; ordinal += 1) {
      const id = ordinal === 1 ? first : `${first}#${ordinal}`;
      if (!this.snapshots.has(id)) return id;
    }
  }
}
