import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type ContactLog } from '../contact-log.js';
import { CONTACTS_REBUILD_TABLE, CONTACTS_TABLE } from '../projection/contact-table.js';
import { LIVE_CONTACTS, type ContactProjectionHandler } from '../projection/contact-projection.handler.js';
import { batchOf, readNext } from './read-next.js';

/** The log grew by more than a batch since the last look: too much to apply while readers wait. */
export class TooFarBehind extends Error {
  override readonly name = 'TooFarBehind';
}

/**
 * Puts the rebuilt table in the place of the live one, within the caller's transaction.
 *
 * Under the lock the rest of the log is applied to the rebuilt table. The log holds all that the live table was ever
 * given, whichever way it came, so the new table is behind in nothing; the live progress, in whatever partitions,
 * stays as it is. What a projection brings again meets the version guard.
 *
 * @throws TooFarBehind
 * @throws DriverException 55P03 when someone holds the live table for longer than `lockTimeoutMs`
 */
export async function swapTables(
  tx: SqlEntityManager,
  log: ContactLog,
  rebuilt: ContactProjectionHandler,
  lockTimeoutMs: number,
): Promise<void> {
  await boundSql(tx, `set local lock_timeout = ${lockTimeoutMs}`);
  // A batch that is being applied ends first: readers who queue behind this lock then wait for no projection.
  await boundSql(
    tx,
    'select 1 from projection_progress where projection = $1 order by source, partition for update',
    [LIVE_CONTACTS.name],
  );
  await boundSql(tx, `lock table ${CONTACTS_TABLE} in access exclusive mode`);
  const [previous = null] = await rebuilt.progressOf(log.source, tx);
  const part = await readNext(tx, log, previous?.position ?? 0n);
  if (part.hasMore) throw new TooFarBehind('The log grows too fast for the swap');
  const batch = batchOf(log, part, previous);
  if (batch !== null) await rebuilt.applyWithin(tx, batch);
  await boundSql(tx, `drop table ${CONTACTS_TABLE}`);
  await boundSql(tx, `alter table ${CONTACTS_REBUILD_TABLE} rename to ${CONTACTS_TABLE}`);
  await renameParts(tx);
}

/** Indexes and constraints, so that the next rebuild finds the names free; PostgreSQL 18 names "not null" too. */
async function renameParts(tx: SqlEntityManager): Promise<void> {
  const parts = await boundSql<{ statement: string }>(
    tx,
    `select case when kind = 'index' then format('alter index %I rename to %I', name, new_name)
         else format('alter table ${CONTACTS_TABLE} rename constraint %I to %I', name, new_name) end as statement
     from (
       select 'constraint' as kind, conname as name from pg_constraint where conrelid = '${CONTACTS_TABLE}'::regclass
       union all
       select 'index', c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indrelid = '${CONTACTS_TABLE}'::regclass
         and not exists (select from pg_constraint where conindid = i.indexrelid)
     ) part,
     lateral (select replace(name, '${CONTACTS_REBUILD_TABLE}_', '${CONTACTS_TABLE}_') as new_name) renamed
     where name like '${CONTACTS_REBUILD_TABLE}\\_%'`,
  );
  for (const { statement } of parts) await boundSql(tx, statement);
}
