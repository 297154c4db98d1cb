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

/**
 * What is looked for in all accounts or in one, by the same index: with the account in it (btree_gin), a search in one
 * account goes through none of what others have (docs/adr/0030-searches-look-in-order-first.md).
 */
const IN_ACCOUNTS = [
  { name: 'search_in_account', column: 'search_text gin_trgm_ops' },
  { name: 'phones_in_account', column: 'phone_digits gin_trgm_ops' },
  { name: 'phone_keys_in_account', column: 'phone_keys' },
] as const;

/** Makes a table's indexes beside the primary key; one that is there already stays. */
export function createContactIndexes(table: string): string[] {
  return [
    `create index if not exists ${table}_by_name on ${table} (display_name, id) where document is not null`,
    `create index if not exists ${table}_by_account on ${table} (account_id, display_name, id) include (deleted)
       where document is not null`,
    `create index if not exists ${table}_by_time on ${table} (updated_at, id) where document is not null`,
    `create index if not exists ${table}_by_account_and_time on ${table} (account_id, updated_at, id)
       where document is not null`,
    ...IN_ACCOUNTS.map(
      ({ name, column }) =>
        `create index if not exists ${table}_${name} on ${table} using gin (account_id, ${column})`,
    ),
  ];
}
