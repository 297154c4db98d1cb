import { type Contact } from './contact.js';
import {
  type ChangedField,
  type ContactDeleted,
  type ContactEvent,
  type ContactUpdated,
  type DeletionReason,
} from './contact-event.js';
import { type ContactSnapshot } from './contact-snapshot.js';
import { changedFields, type Digest, fingerprint } from './fingerprint.js';
import { type SeenPerson } from './person.js';

/** Whose contact it is, which run asks, and when: all that comes from outside. */
export interface DecisionContext {
  readonly accountId: string;
  readonly runId: string;
  /** ISO 8601. */
  readonly now: string;
  readonly digest: Digest;
}

export type ContactCommand =
  | {
      readonly kind: 'see';
      readonly contactId: string;
      readonly person: SeenPerson;
      /** The contact as its last event has it; null where {@link isChanged} says that it is not needed. */
      readonly last: Contact | null;
    }
  | { readonly kind: 'delete'; readonly reason: DeletionReason; readonly mergedInto?: string };

/** A contact that has no event yet. */
export const initialState: ContactSnapshot | null = null;

/**
 * What a command means for a contact: one event, or none where nothing changed.
 * Deleting what is gone already and seeing what is known already are no change, so every command may be repeated.
 */
export function decide(
  command: ContactCommand,
  snapshot: ContactSnapshot | null,
  context: DecisionContext,
): ContactEvent[] {
  switch (command.kind) {
    case 'see':
      return see(command, snapshot, context);
    case 'delete':
      return snapshot === null || snapshot.deleted ? [] : [remove(command, snapshot, context)];
  }
}

/** Whether a sight changes a live contact: what changed is told by comparing it with the contact as it was. */
export function isChanged(person: SeenPerson, snapshot: ContactSnapshot, digest: Digest): boolean {
  return (
    !snapshot.deleted &&
    (snapshot.resourceName !== person.resourceName ||
      snapshot.fingerprint !== fingerprint(person.details, digest))
  );
}

function see(
  { contactId, person, last }: Extract<ContactCommand, { kind: 'see' }>,
  snapshot: ContactSnapshot | null,
  context: DecisionContext,
): ContactUpdated[] {
  const seen = changeOf(person, snapshot, last, context);
  if (seen === null) return [];
  return [
    {
      type: 'ContactUpdated',
      contactId,
      accountId: context.accountId,
      resourceName: person.resourceName,
      version: (snapshot?.version ?? 0) + 1,
      ...seen,
      contact: contactOf(contactId, person, context),
      runId: context.runId,
      occurredAt: context.now,
    },
  ];
}

/** @returns null where nothing has changed */
function changeOf(
  person: SeenPerson,
  snapshot: ContactSnapshot | null,
  last: Contact | null,
  context: DecisionContext,
): Pick<ContactUpdated, 'change' | 'changedFields' | 'before'> | null {
  if (snapshot === null) return { change: 'created', changedFields: [], before: null };
  if (snapshot.deleted) return { change: 'restored', changedFields: [], before: null };
  if (!isChanged(person, snapshot, context.digest)) return null;
  if (last === null) throw new Error(`Of contact ${snapshot.contactId} it is not known what it was`);
  const fields = changedFields(last, person.details);
  const changed: ChangedField[] =
    snapshot.resourceName === person.resourceName ? fields : ['resourceName', ...fields];
  return {
    change: changed[0] === 'resourceName' ? 'renamed' : 'updated',
    changedFields: changed,
    before: Object.fromEntries(changed.map((field) => [field, last[field]])),
  };
}

function remove(
  command: Extract<ContactCommand, { kind: 'delete' }>,
  snapshot: ContactSnapshot,
  context: DecisionContext,
): ContactDeleted {
  return {
    type: 'ContactDeleted',
    contactId: snapshot.contactId,
    accountId: snapshot.accountId,
    resourceName: snapshot.resourceName,
    version: snapshot.version + 1,
    reason: command.reason,
    mergedInto: command.mergedInto ?? null,
    runId: context.runId,
    occurredAt: context.now,
  };
}

/**
 * The snapshot after an event; it never fails. Source ids are not part of events and stay as they were; of former names,
 * events tell those that the contact left.
 */
export function evolve(
  snapshot: ContactSnapshot | null,
  event: ContactEvent,
  digest: Digest,
): ContactSnapshot {
  const next = {
    contactId: event.contactId,
    accountId: event.accountId,
    resourceName: event.resourceName,
    version: event.version,
    sourceIds: snapshot?.sourceIds ?? [],
    formerNames: namesBefore(snapshot, event.resourceName),
    lastEventAt: event.occurredAt,
    createdAt: snapshot?.createdAt ?? event.occurredAt,
  };
  switch (event.type) {
    case 'ContactUpdated':
      return {
        ...next,
        deleted: false,
        fingerprint: fingerprint(event.contact, digest),
      };
    case 'ContactDeleted':
      return {
        ...next,
        deleted: true,
        fingerprint: snapshot?.fingerprint ?? '',
      };
  }
}

function namesBefore(snapshot: ContactSnapshot | null, resourceName: string): readonly string[] {
  const known = snapshot?.formerNames ?? [];
  if (snapshot === null || snapshot.resourceName === resourceName || known.includes(snapshot.resourceName))
    return known;
  return [...known, snapshot.resourceName];
}

function contactOf(id: string, person: SeenPerson, context: DecisionContext): Contact {
  return {
    id,
    accountId: context.accountId,
    resourceName: person.resourceName,
    ...person.details,
    updatedAt: person.googleUpdatedAt ?? context.now,
  };
}
