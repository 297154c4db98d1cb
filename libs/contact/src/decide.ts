import { type Contact } from './contact.js';
import {
  type ContactDeleted,
  type ContactEvent,
  type ContactUpdated,
  type DeletionReason,
} from './contact-event.js';
import { type ContactHead } from './contact-head.js';
import { changedFields, contentHashes, type Digest, fieldHashes, fingerprint } from './fingerprint.js';
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
  | { readonly kind: 'see'; readonly contactId: string; readonly person: SeenPerson }
  | { readonly kind: 'delete'; readonly reason: DeletionReason; readonly mergedInto?: string };

/** A contact that has no event yet. */
export const initialState: ContactHead | null = null;

/**
 * What a command means for a contact: one event, or none where nothing changed.
 * Deleting what is gone already and seeing what is known already are no change, so every command may be repeated.
 */
export function decide(
  command: ContactCommand,
  head: ContactHead | null,
  context: DecisionContext,
): ContactEvent[] {
  switch (command.kind) {
    case 'see':
      return see(command.contactId, command.person, head, context);
    case 'delete':
      return head === null || head.deleted ? [] : [remove(command, head, context)];
  }
}

function see(
  contactId: string,
  person: SeenPerson,
  head: ContactHead | null,
  context: DecisionContext,
): ContactUpdated[] {
  const seen = changeOf(person, head, context);
  if (seen === null) return [];
  return [
    {
      type: 'ContactUpdated',
      contactId,
      accountId: context.accountId,
      resourceName: person.resourceName,
      version: (head?.version ?? 0) + 1,
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
  head: ContactHead | null,
  context: DecisionContext,
): Pick<ContactUpdated, 'change' | 'changedFields'> | null {
  if (head === null) return { change: 'created', changedFields: [] };
  if (head.deleted) return { change: 'restored', changedFields: [] };
  const renamed = head.resourceName !== person.resourceName;
  const edited = head.fingerprint !== fingerprint(person.details, context.digest);
  if (!renamed && !edited) return null;
  const fields = edited ? changedFields(head.fieldHashes, fieldHashes(person.details, context.digest)) : [];
  return renamed
    ? { change: 'renamed', changedFields: ['resourceName', ...fields] }
    : { change: 'updated', changedFields: fields };
}

function remove(
  command: Extract<ContactCommand, { kind: 'delete' }>,
  head: ContactHead,
  context: DecisionContext,
): ContactDeleted {
  return {
    type: 'ContactDeleted',
    contactId: head.contactId,
    accountId: head.accountId,
    resourceName: head.resourceName,
    version: head.version + 1,
    reason: command.reason,
    mergedInto: command.mergedInto ?? null,
    runId: context.runId,
    occurredAt: context.now,
  };
}

/**
 * The head after an event; it never fails. Source ids are not part of events and stay as they were; of former names,
 * events tell those that the contact left.
 */
export function evolve(head: ContactHead | null, event: ContactEvent, digest: Digest): ContactHead {
  const next = {
    contactId: event.contactId,
    accountId: event.accountId,
    resourceName: event.resourceName,
    version: event.version,
    sourceIds: head?.sourceIds ?? [],
    formerNames: namesBefore(head, event.resourceName),
    lastEventAt: event.occurredAt,
    createdAt: head?.createdAt ?? event.occurredAt,
  };
  switch (event.type) {
    case 'ContactUpdated':
      return {
        ...next,
        deleted: false,
        ...contentHashes(event.contact, digest),
      };
    case 'ContactDeleted':
      return {
        ...next,
        deleted: true,
        fingerprint: head?.fingerprint ?? '',
        fieldHashes: head?.fieldHashes ?? {},
      };
  }
}

function namesBefore(head: ContactHead | null, resourceName: string): readonly string[] {
  const known = head?.formerNames ?? [];
  if (head === null || head.resourceName === resourceName || known.includes(head.resourceName)) return known;
  return [...known, head.resourceName];
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
