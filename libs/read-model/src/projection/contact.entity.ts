import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { type SqlEntityManager } from '@mikro-orm/postgresql';

/** What a projection is called in its checkpoints, and the table that it fills: a name out of the code, never out of a request. */
export interface ProjectionTarget {
  readonly name: string;
  readonly table: string;
}

/** What REST reads. */
export const LIVE_CONTACTS: ProjectionTarget = { name: 'contacts', table: 'contacts' };

/** A second table of the same columns, which a rebuild fills and swaps in. */
export const REBUILT_CONTACTS: ProjectionTarget = { name: 'contacts-rebuild', table: 'contacts_rebuild' };

const time = () => p.datetime().columnType('timestamptz');

/** A row a contact. Statements that are not MikroORM's take their columns from here, too ({@link contactColumns}). */
export const ContactEntity = defineEntity({
  name: 'Contact',
  tableName: LIVE_CONTACTS.table,
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    resourceName: p.text(),
    version: p.bigint('number'),
    deleted: p.boolean(),
    deletedAt: time().nullable(),
    deletedReason: p.text().nullable(),
    /** Cut to what an index entry can hold; ICU's root locale orders names alike in every PostgreSQL. */
    displayName: p.text().collation('und-x-icu'),
    /**
     * The contact as REST shows it, JSON to the byte. Null in rows of older versions where only the deletion of a
     * contact came.
     */
    document: p.text().nullable(),
    searchText: p.text(),
    phoneDigits: p.text(),
    updatedAt: time(),
    syncedAt: time(),
    /** Null where a process of a version that knows no keys has written the row. */
    phoneKeys: p.array().nullable(),
  },
});

/** The rows that are shown, and those of them that are live: what the indexes hold. */
export const SHOWN = { document: { $ne: null } };
export const LIVE = { ...SHOWN, deleted: false };

export type Contact = InferEntity<typeof ContactEntity>;
type Property = Extract<keyof Contact, string>;

/** A row on its way to the database, as a member of JSON: times are ISO 8601. */
export type ContactRow = { readonly [P in Property]-?: AsJson<Contact[P]> };

type AsJson<T> = T extends Date ? string : T;

export interface ContactColumn {
  readonly property: Property;
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly collation: string | null;
}

/** The columns of a table of contacts, in its order. */
export function contactColumns(em: SqlEntityManager): ContactColumn[] {
  return em.getMetadata(ContactEntity).props.map((property) => ({
    property: property.name,
    name: property.fieldNames[0] ?? property.name,
    type: property.columnTypes[0] ?? '',
    isNullable: property.nullable === true,
    collation: property.collation ?? null,
  }));
}

export type ColumnNames = Readonly<Record<Property, string>>;

/** What each property's column is called. */
export function contactColumnNames(em: SqlEntityManager): ColumnNames {
  const names = contactColumns(em).map(({ property, name }) => [property, name]);
  return Object.fromEntries(names) as ColumnNames;
}

/** Rows out of one JSON parameter, each member under the name of its property. */
export function rowsOfParameter(columns: readonly ContactColumn[]): string {
  return `jsonb_to_recordset($1::jsonb) as given (${columns
    .map(({ property, type }) => `"${property}" ${type}`)
    .join(', ')})`;
}
