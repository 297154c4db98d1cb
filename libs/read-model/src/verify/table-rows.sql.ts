import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** A table of contacts, and the log position up to which it is said to hold every event. */
export interface ComparedTable {
  readonly table: string;
  readonly position: bigint;
}

/** Contacts by id, behind the first and up to the last. */
export interface IdRange {
  readonly after: string;
  /** null: to the end. */
  readonly through: string | null;
}

/*
 * SQL because the tables are the live one and the rebuilt one, and an entity has one table. All go by the primary keys.
 */

/** Keeps a swap from falling between the tables and the snapshot that the transaction takes next. */
export async function lockForReading(tx: SqlEntityManager, tables: readonly ComparedTable[]): Promise<void> {
  if (tables.length === 0) return;
  await boundSql(tx, `lock table ${tables.map(({ table }) => table).join(', ')} in access share mode`);
}

/** The id that so many contacts of one of the tables lie up to; null: each has fewer behind `after`. */
export async function nthIdBehind(
  em: SqlEntityManager,
  tables: readonly ComparedTable[],
  after: string,
  count: number,
): Promise<string | null> {
  if (tables.length === 0) return null;
  const ids = tables.map(
    ({ table }) => `(select id from ${table} where id > $1::uuid order by id offset $2 limit 1)`,
  );
  const [row] = await boundSql<{ id: string | null }>(em, `select least(${ids.join(', ')}) as id`, [
    after,
    count - 1,
  ]);
  return row?.id ?? null;
}

/** The version of each contact of a range. */
export async function versionsIn(
  em: SqlEntityManager,
  table: string,
  { after, through }: IdRange,
): Promise<Map<string, number>> {
  const rows = await boundSql<{ id: string; version: string }>(
    em,
    `select id, version from ${table} where id > $1::uuid and ($2::uuid is null or id <= $2::uuid)`,
    [after, through],
  );
  return new Map(rows.map(({ id, version }) => [id, Number(version)]));
}
