import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { contactColumns, type ContactRow, rowsOfParameter } from '../projection/contact.entity.js';
import { storableJson } from '../projection/contact-row.js';

/**
 * The columns of each contact in which the table is not what is expected.
 *
 * It is SQL so that the database compares: expected values go through the same conversions as those that were stored.
 * Rows are found by the primary key.
 */
export async function columnsUnlike(
  em: SqlEntityManager,
  table: string,
  expected: readonly ContactRow[],
): Promise<Map<string, string[]>> {
  if (expected.length === 0) return new Map();
  const columns = contactColumns(em);
  const compared = columns.filter(({ property }) => property !== 'id');
  const unlike = compared.map(
    ({ name, property }) =>
      `case when stored.${name} is distinct from given."${property}" then '${name}' end`,
  );
  const rows = await boundSql<{ id: string; columns: string[] }>(
    em,
    `select stored.id, array_remove(array[${unlike.join(', ')}], null) as columns
     from ${rowsOfParameter(columns)} join ${table} stored on stored.id = given.id
     where (${compared.map(({ name }) => `stored.${name}`).join(', ')})
       is distinct from (${compared.map(({ property }) => `given."${property}"`).join(', ')})`,
    [storableJson(expected)],
  );
  return new Map(rows.map((row) => [row.id, row.columns]));
}
