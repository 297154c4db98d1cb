import { type ContactRow } from './contact-row.js';

/** The columns of a table of contacts, in its order, and their types. */
const COLUMN_TYPES: Readonly<Record<keyof ContactRow, string>> = {
  id: 'uuid',
  account_id: 'uuid',
  resource_name: 'text',
  version: 'bigint',
  deleted: 'boolean',
  deleted_at: 'timestamptz',
  deleted_reason: 'text',
  display_name: 'text',
  document: 'text',
  search_text: 'text',
  phone_digits: 'text',
  updated_at: 'timestamptz',
  synced_at: 'timestamptz',
};

export const CONTACT_COLUMNS: readonly string[] = Object.keys(COLUMN_TYPES);

/** Rows out of one JSON parameter, as `storableJson` makes it of them. */
export const ROWS_OF_PARAMETER = `jsonb_to_recordset($1::jsonb) as given (${Object.entries(COLUMN_TYPES)
  .map(([column, type]) => `${column} ${type}`)
  .join(', ')})`;
