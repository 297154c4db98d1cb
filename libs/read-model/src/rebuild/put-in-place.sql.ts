import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { MOVE_COUNTS } from '../projection/contact-counts.sql.js';
import { LIVE_CONTACTS, REBUILT_CONTACTS } from '../projection/contact.entity.js';

const live = LIVE_CONTACTS.table;
const rebuilt = REBUILT_CONTACTS.table;

/**
 * Keeps everybody from the live table until the transaction ends.
 *
 * @throws DriverException 55P03 when someone holds it for longer than `lockTimeoutMs`
 */
export async function lockLiveTable(tx: SqlEntityManager): Promise<void> {
  await boundSql(tx, `lock table ${live} in access exclusive mode`);
}

/** How long each lock of the transaction may take. */
export async function limitLockWaits(tx: SqlEntityManager, lockTimeoutMs: number): Promise<void> {
  await boundSql(tx, `set local lock_timeout = ${lockTimeoutMs}`);
}

/** Drops the live table, and gives its name to the rebuilt one. */
export async function putInPlace(tx: SqlEntityManager): Promise<void> {
  await boundSql(tx, `drop table ${live}`);
  await boundSql(tx, `alter table ${rebuilt} rename to ${live}`);
  await renameParts(tx);
  for (const statement of MOVE_COUNTS) await boundSql(tx, statement);
}

/** Indexes and constraints, so that the next rebuild finds the names free; PostgreSQL 18 names "not null" too. */
async function renameParts(tx: SqlEntityManager): Promise<void> {
  const parts = await boundSql<{ statement: string }>(
    tx,
    `select case when kind = 'index' then format('alter index %I rename to %I', name, new_name)
         else format('alter table ${live} rename constraint %I to %I', name, new_name) end as statement
     from (
       select 'constraint' as kind, conname as name from pg_constraint where conrelid = '${live}'::regclass
       union all
       select 'index', c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indrelid = '${live}'::regclass
         and not exists (select from pg_constraint where conindid = i.indexrelid)
     ) part,
     lateral (select replace(name, '${rebuilt}_', '${live}_') as new_name) renamed
     where name like '${rebuilt}\\_%'`,
  );
  for (const { statement } of parts) await boundSql(tx, statement);
}
