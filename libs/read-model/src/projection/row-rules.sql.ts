import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * Raise it with every change of what a row holds of the same events, also by another version of a library that makes
 * it: a table that was made by other rules is then made anew at the next start. Its test says when.
 */
export const ROW_RULES = 3;

/**
 * A statement that says of a table by which rules its rows are made, in the table's comment, so that it goes where the
 * table goes: into the place of another one, and into a backup.
 */
export function markRowRules(table: string): string {
  return `comment on table ${table} is '${RULES_IN_FORCE}'`;
}

const RULES_IN_FORCE = `Rows made by rules ${ROW_RULES}`;

/** Whether the rows of a table are made by the rules in force; not, where there is no such table. SQL, as it is of the catalog. */
export async function isMadeByRules(em: SqlEntityManager, table: string): Promise<boolean> {
  const [row] = await boundSql<{ comment: string | null }>(
    em.fork(),
    `select obj_description(to_regclass($1), 'pg_class') as comment`,
    [table],
  );
  return row?.comment === RULES_IN_FORCE;
}
