import { type ContactView } from '#contact-events';

import { phoneDigits, searchText } from './search-text.js';

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
  readonly document: ContactView | null;
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
    document: view,
    search_text: searchText(view),
    phone_digits: phoneDigits(view),
    updated_at: view.updatedAt,
    synced_at: view.syncedAt,
  };
}

/**
 * Rows as one JSON parameter. PostgreSQL's text and jsonb refuse U+0000 and lone surrogates: as everywhere in the
 * service the first is removed and the others become U+FFFD, because the contact matters more.
 */
export function rowsParameter(rows: readonly ContactRow[]): string {
  const json = JSON.stringify(rows);
  if (!REFUSED_ESCAPES.test(json)) return json;
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : value,
  );
}

/** JSON.stringify escapes a surrogate only where it stands alone. */
const REFUSED_ESCAPES = /\\u(?:0000|d[89a-f])/;
