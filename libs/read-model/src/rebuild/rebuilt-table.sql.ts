import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { contactColumns, REBUILT_CONTACTS } from '../projection/contact.entity.js';
import { keepCounts } from '../projection/contact-counts.sql.js';
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

/** Indexes and counts, after the fill: to keep them up to date during it takes several times as long. */
export async function completeTable(em: SqlEntityManager, signal: AbortSignal): Promise<void> {
  const indexes = [...createContactIndexes(table), `analyze ${table}`].map((statement) => [statement]);
  for (const statements of [...indexes, keepCounts(REBUILT_CONTACTS)]) {
    await cancellable(em, signal, async (tx) => {
      // The statement of a process that was killed may still be going on.
      await boundSql(tx, `lock table ${table} in share row exclusive mode`);
      for (const statement of statements) await boundSql(tx, statement);
    });
  }
}
