import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { contactColumns, REBUILT_CONTACTS } from '../projection/contact.entity.js';
import { createContactIndexes, createContactTable } from '../projection/contact-table.sql.js';
import { markRowRules } from '../projection/row-rules.sql.js';
import { cancellable } from './cancellable.js';

const { table } = REBUILT_CONTACTS;

/** The table that a rebuild fills, empty. */
export async function makeRebuiltTable(tx: SqlEntityManager): Promise<void> {
  await boundSql(tx, `drop table if exists ${table}`);
  await boundSql(tx, createContactTable(table, contactColumns(tx)));
  await boundSql(tx, markRowRules(table));
}

/** After the fill: to keep them up to date during it takes several times as long. */
export async function makeIndexes(em: SqlEntityManager, signal: AbortSignal): Promise<void> {
  for (const statement of [...createContactIndexes(table), `analyze ${table}`]) {
    await cancellable(em, signal, async (tx) => {
      // The statement of a process that was killed may still be going on.
      await boundSql(tx, `lock table ${table} in share row exclusive mode`);
      await boundSql(tx, statement);
    });
  }
}
