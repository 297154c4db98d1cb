import { type Contact, type DetailField } from './contact.js';

export type ContactChange = 'created' | 'updated' | 'renamed' | 'restored';
export type DeletionReason = 'deleted-in-google' | 'absent-from-full-sync' | 'merged' | 'account-erased';
export type ChangedField = DetailField | 'resourceName';

export type FieldsBefore = { readonly [Field in ChangedField]?: Contact[Field] | undefined };

interface ContactFact {
  readonly contactId: string;
  readonly accountId: string;
  readonly resourceName: string;
  /** 1, 2, 3, … without a gap within the contact's stream. */
  readonly version: number;
  /** The sync run that found it out. */
  readonly runId: string;
  /** ISO 8601, by the database's clock. */
  readonly occurredAt: string;
}

/** The contact is now as `contact` says. */
export interface ContactUpdated extends ContactFact {
  readonly type: 'ContactUpdated';
  readonly change: ContactChange;
  /** Empty for created and restored; `resourceName` first for renamed. */
  readonly changedFields: readonly ChangedField[];
  /** The changed fields as they were; null for created and restored. Left out in events of before it was kept. */
  readonly before?: FieldsBefore | null | undefined;
  readonly contact: Contact;
}

/** The contact is gone; its stream goes on if it is ever restored. */
export interface ContactDeleted extends ContactFact {
  readonly type: 'ContactDeleted';
  readonly reason: DeletionReason;
  /** The surviving contact, for `merged` only. */
  readonly mergedInto: string | null;
}

export type ContactEvent = ContactUpdated | ContactDeleted;
