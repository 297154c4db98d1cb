import { type ContactColumn } from './contact.entity.js';

/**
 * Makes a table of contacts from the entity's columns; its indexes are made apart. It is SQL because an entity has one
 * table, and a rebuild fills a second one.
 */
export function createContactTable(table: string, columns: readonly ContactColumn[]): string {
  const definitions = columns.map(({ name, type, isNullable, collation }) =>
    [
      name,
      type,
      ...(collation === null ? [] : [`collate "${collation}"`]),
      ...(isNullable ? [] : ['not null']),
    ].join(' '),
  );
  return `create table ${table} (${definitions.join(', ')}, constraint ${table}_pkey primary key (id))`;
}

/** Makes a table's indexes beside the primary key; one that is there already stays. */
export function createContactIndexes(table: string): string[] {
  return [
    `create index if not exists ${table}_by_name on ${table} (display_name, id) where document is not null`,
    `create index if not exists ${table}_by_account on ${table} (account_id, display_name, id) include (deleted)
       where document is not null`,
    `create index if not exists ${table}_by_time on ${table} (updated_at, id) where document is not null`,
    `create index if not exists ${table}_by_account_and_time on ${table} (account_id, updated_at, id)
       where document is not null`,
    `create index if not exists ${table}_search on ${table} using gin (search_text gin_trgm_ops)`,
    `create index if not exists ${table}_phones on ${table} using gin (phone_digits gin_trgm_ops)`,
    `create index if not exists ${table}_phone_keys on ${table} using gin (phone_keys)`,
  ];
}
