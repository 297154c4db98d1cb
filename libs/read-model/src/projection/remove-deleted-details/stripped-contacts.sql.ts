import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { contactColumns, type ContactRow, LIVE_CONTACTS, rowsOfParameter } from '../contact.entity.js';
import { storableJson } from '../contact-row.js';

/**
 * Keeps rebuilds from beginning until the end of the transaction: one that had read an event before it lost its data
 * would keep them. An ORM has no word for it.
 *
 * @returns whether none is going on
 */
export async function holdRebuildsOff(tx: SqlEntityManager): Promise<boolean> {
  await boundSql(tx, `set local lock_timeout = '1s'`);
  await boundSql(tx, 'lock table projection_rebuilds in share mode');
  const going = await boundSql(tx, 'select 1 from projection_rebuilds where finished_at is null limit 1');
  return going.length === 0;
}

/**
 * Locks the rows of contacts that are exactly that far. The table is read with versions, of which the ORM's `find` takes
 * no list. By the primary key, in the order in which the projection takes them.
 *
 * @returns their ids
 */
export async function lockContactsAt(
  tx: SqlEntityManager,
  contacts: readonly { readonly streamId: string; readonly version: number }[],
): Promise<Set<string>> {
  const rows = await boundSql<{ id: string }>(
    tx,
    `select id from ${LIVE_CONTACTS.table} join unnest($1::uuid[], $2::bigint[]) as given (id, version) using (id, version)
     order by id for update of ${LIVE_CONTACTS.table}`,
    [contacts.map(({ streamId }) => streamId), contacts.map(({ version }) => version)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Puts rows in the place of locked ones of the same version, which the projection's own upsert passes. By the primary key. */
export async function replaceRows(tx: SqlEntityManager, rows: readonly ContactRow[]): Promise<void> {
  const columns = contactColumns(tx);
  const changes = columns
    .filter(({ property }) => property !== 'id')
    .map(({ name, property }) => `${name} = given."${property}"`);
  await boundSql(
    tx,
    `update ${LIVE_CONTACTS.table} set ${changes.join(', ')} from ${rowsOfParameter(columns)}
     where ${LIVE_CONTACTS.table}.id = given.id`,
    [storableJson(rows)],
  );
}
