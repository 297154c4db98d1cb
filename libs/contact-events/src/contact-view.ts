import { type Contact, type ContactEvent, type DeletionReason } from '#contact';

/** A contact as REST shows it: its latest state and what has become of it. */
export interface ContactView extends Contact {
  readonly version: number;
  readonly deleted: boolean;
  readonly deletedAt: string | null;
  readonly deletedReason: DeletionReason | null;
  /** When its latest event occurred. */
  readonly syncedAt: string;
}

/**
 * The one rule by which events become what is shown: the read model, a contact's history, the contact as it was, and
 * the verification of the read model all fold with it.
 *
 * @returns null for a deletion of a contact whose earlier events are not known
 */
export function foldContact(view: ContactView | null, event: ContactEvent): ContactView | null {
  switch (event.type) {
    case 'ContactUpdated':
      return {
        ...event.contact,
        version: event.version,
        deleted: false,
        deletedAt: null,
        deletedReason: null,
        syncedAt: event.occurredAt,
      };
    case 'ContactDeleted':
      if (view === null) return null;
      return {
        ...view,
        version: event.version,
        deleted: true,
        deletedAt: event.occurredAt,
        deletedReason: event.reason,
        updatedAt: event.occurredAt,
        syncedAt: event.occurredAt,
      };
  }
}
