import { type Contact, type ContactDetails, type ContactEvent, type DeletionReason } from '#contact';
import { type z } from 'zod';

import { contactDetailsShape } from './contact-event-schema.js';

/** A contact as REST shows it: its latest state and what has become of it. */
export interface ContactView extends Contact {
  readonly version: number;
  readonly deleted: boolean;
  readonly deletedAt: string | null;
  readonly deletedReason: DeletionReason | null;
  /** When its latest event occurred. */
  readonly syncedAt: string;
}

/** A contact that says nothing: texts that may be missing are, lists are empty. */
const NO_DETAILS = Object.fromEntries(
  Object.entries<z.ZodType>(contactDetailsShape).map(([name, schema]) => [
    name,
    [null, [], ''].find((nothing) => schema.safeParse(nothing).success),
  ]),
) as unknown as ContactDetails;

/**
 * The one rule by which events become what is shown: the read model, a contact's history, the contact as it was, and
 * the verification of the read model all fold with it.
 *
 * A deletion of which nothing earlier is known leaves a contact without details: they were removed since, or came over
 * another way and later.
 */
export function foldContact(view: ContactView | null, event: ContactEvent): ContactView {
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
      return {
        ...(view ?? { ...NO_DETAILS, id: event.contactId, accountId: event.accountId }),
        resourceName: event.resourceName,
        version: event.version,
        deleted: true,
        deletedAt: event.occurredAt,
        deletedReason: event.reason,
        updatedAt: event.occurredAt,
        syncedAt: event.occurredAt,
      };
  }
}
