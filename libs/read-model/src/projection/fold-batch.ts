import { type ContactRecord, type ContactView, foldContact } from '#contact-events';

import { contactRow, type ContactRow } from './contact-row.js';

/** What the table holds of a contact. */
export interface StoredContact {
  readonly version: number;
  readonly view: ContactView | null;
}

/** The events of each contact of a batch, oldest version first, each version once. */
export function eventsByContact(records: readonly ContactRecord[]): Map<string, ContactRecord['event'][]> {
  const contacts = new Map<string, Map<number, ContactRecord['event']>>();
  for (const { event } of records) {
    const versions = contacts.get(event.contactId) ?? new Map<number, ContactRecord['event']>();
    contacts.set(event.contactId, versions.set(event.version, event));
  }
  return new Map(
    [...contacts].map(([id, versions]) => [id, [...versions.values()].sort((a, b) => a.version - b.version)]),
  );
}

/** Contacts whose first event here is a deletion: what is deleted is only known from the table. */
export function contactsToRead(contacts: ReadonlyMap<string, readonly ContactRecord['event'][]>): string[] {
  return [...contacts].filter(([, [first]]) => first?.type === 'ContactDeleted').map(([id]) => id);
}

/** One row a contact: its state after the batch. Events that the table has passed already change nothing. */
export function foldBatch(
  contacts: ReadonlyMap<string, readonly ContactRecord['event'][]>,
  stored: ReadonlyMap<string, StoredContact>,
): ContactRow[] {
  return [...contacts]
    .map(([id, events]) => foldRow(events, stored.get(id)))
    .filter((row) => row !== null)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The row of a contact: what is stored, and the events behind it.
 *
 * @param events oldest first
 * @returns null when none of them is news
 */
export function foldRow(
  events: readonly ContactRecord['event'][],
  stored?: StoredContact,
): ContactRow | null {
  const news = events.filter(({ version }) => version > (stored?.version ?? 0));
  const last = news.at(-1);
  if (last === undefined) return null;
  const view = news.reduce<ContactView | null>(foldContact, stored?.view ?? null);
  return view === null ? unseenDeletion(last) : contactRow(view);
}

/** Deleted before anything else of it came: it only holds off versions from before the deletion. */
function unseenDeletion(event: ContactRecord['event']): ContactRow {
  return {
    id: event.contactId,
    account_id: event.accountId,
    resource_name: event.resourceName,
    version: event.version,
    deleted: true,
    deleted_at: event.occurredAt,
    deleted_reason: event.type === 'ContactDeleted' ? event.reason : null,
    display_name: '',
    document: null,
    search_text: '',
    phone_digits: '',
    updated_at: event.occurredAt,
    synced_at: event.occurredAt,
  };
}
