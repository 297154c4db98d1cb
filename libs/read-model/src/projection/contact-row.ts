import { type ContactView } from '#contact-events';

import { phoneDigits, searchText } from './search-text.js';
import { contactDocument, type ContactDocument } from './contact-document.js';

/** A row of the table of contacts, as `jsonb_to_recordset` takes it. */
export interface ContactRow {
  readonly id: string;
  readonly account_id: string;
  readonly resource_name: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly deleted_at: string | null;
  readonly deleted_reason: string | null;
  readonly display_name: string;
  readonly document: ContactDocument | null;
  readonly search_text: string;
  readonly phone_digits: string;
  readonly updated_at: string;
  readonly synced_at: string;
}

/** Characters of a display name that order it: four bytes each fit into an index entry of 2,700 bytes. */
const ORDERING_LENGTH = 500;

export function contactRow(view: ContactView): ContactRow {
  return {
    id: view.id,
    account_id: view.accountId,
    resource_name: view.resourceName,
    version: view.version,
    deleted: view.deleted,
    deleted_at: view.deletedAt,
    deleted_reason: view.deletedReason,
    display_name: view.displayName.slice(0, ORDERING_LENGTH),
    document: contactDocument(view),
    search_text: searchText(view),
    phone_digits: phoneDigits(view),
    updated_at: view.updatedAt,
    synced_at: view.syncedAt,
  };
}
