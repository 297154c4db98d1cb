import { storableText, visibleText } from '#contact';
import { type ContactRecord, type ContactView, contactDetailsShape, foldContact } from '#contact-events';

import { type ContactRow } from './contact.entity.js';
import { phoneColumns, searchText } from './search-text.js';

/** What the table holds of a contact. */
export interface StoredContact {
  readonly version: number;
  /** null in a row of an older version, of a contact of which only the deletion came. */
  readonly view: ContactView | null;
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
  if (news.length === 0) return null;
  const view = news.reduce<ContactView | null>(foldContact, stored?.view ?? null);
  return view === null ? null : contactRow(view);
}

/** Characters of a display name that order it: four bytes each fit into an index entry of 2,700 bytes. */
const ORDERING_LENGTH = 500;

function contactRow(view: ContactView): ContactRow {
  return {
    id: view.id,
    accountId: view.accountId,
    resourceName: view.resourceName,
    version: view.version,
    deleted: view.deleted,
    deletedAt: view.deletedAt,
    deletedReason: view.deletedReason,
    // What nobody sees of a name puts it nowhere.
    displayName: visibleText(view.displayName).slice(0, ORDERING_LENGTH),
    document: contactDocument(view),
    searchText: searchText(view),
    ...phoneColumns(view),
    updatedAt: view.updatedAt,
    syncedAt: view.syncedAt,
  };
}

/** The order that people read them in. */
const MEMBERS = [
  'id',
  'accountId',
  'resourceName',
  'version',
  'deleted',
  'deletedAt',
  'deletedReason',
  ...(Object.keys(contactDetailsShape) as (keyof typeof contactDetailsShape)[]),
  'updatedAt',
  'syncedAt',
] as const satisfies readonly (keyof ContactView)[];

/** A contact as REST answers with it: JSON of a {@link ContactView}, in {@link MEMBERS}' order, as it is stored. */
export type ContactDocument = string;

export function contactDocument(view: ContactView): ContactDocument {
  return storableJson(Object.fromEntries(MEMBERS.map((member) => [member, view[member]])));
}

/** JSON that PostgreSQL takes: text and jsonb refuse U+0000 and lone surrogates, and the contact matters more. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!REFUSED_ESCAPES.test(json)) return json;
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? storableText(member) : member,
  );
}

/** JSON.stringify escapes a surrogate only where it stands alone. */
const REFUSED_ESCAPES = /\\u(?:0000|d[89a-f])/;
