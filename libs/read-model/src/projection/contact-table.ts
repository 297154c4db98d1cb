/** The table that REST reads. */
export const CONTACTS_TABLE = 'contacts';

/** The one that a rebuild fills and swaps in. */
export const CONTACTS_REBUILD_TABLE = 'contacts_rebuild';

/**
 * The statement that makes a table of contacts, one row a contact; its indexes are made apart.
 *
 * `document` is the contact as REST shows it, JSON to the byte; the other columns are what rows are found and ordered
 * by. It is null in
 * the row of a contact of which only the deletion ever came: that row shows nowhere, it holds off older versions.
 * `display_name` is cut to what an index entry can hold; collated by ICU's root locale, so that every PostgreSQL
 * orders names the same, whatever its own locale.
 *
 * @param table a name out of the code, never out of a request
 */
export function createContactTable(table: string): string {
  return `create table ${table} (
      id uuid not null,
      account_id uuid not null,
      resource_name text not null,
      version bigint not null,
      deleted boolean not null,
      deleted_at timestamptz,
      deleted_reason text,
      display_name text collate "und-x-icu" not null,
      document text,
      search_text text not null,
      phone_digits text not null,
      updated_at timestamptz not null,
      synced_at timestamptz not null,
      constraint ${table}_pkey primary key (id)
    )`;
}

/** The statements that make a table's indexes beside the primary key; one that is there already stays. */
export function createContactIndexes(table: string): string[] {
  return [
    `create index if not exists ${table}_by_name on ${table} (display_name, id) where document is not null`,
    // Live contacts of an account are counted in it.
    `create index if not exists ${table}_by_account on ${table} (account_id, display_name, id) include (deleted)
       where document is not null`,
    `create index if not exists ${table}_search on ${table} using gin (search_text gin_trgm_ops)`,
    `create index if not exists ${table}_phones on ${table} using gin (phone_digits gin_trgm_ops)`,
  ];
}
