import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';

/**
 * Runs one statement with bound parameters (`$1`, …) on the entity manager's own connection, inside its transaction
 * if it has one (docs/adr/0017-bulk-statements.md): what MikroORM's own query builder does with literals spliced into
 * the text costs several times the CPU on batches.
 *
 * @param em the forked manager, or the one that `transactional` hands in
 * @returns rows as the driver gives them: bigint and timestamptz as text
 * @throws DriverException of MikroORM, so that callers can tell a broken unique constraint from a lost connection
 */
export async function boundSql<Row = Record<string, unknown>>(
  em: SqlEntityManager,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const result = await em.getKysely().executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
    return result.rows;
  } catch (error) {
    throw error instanceof Error ? em.getPlatform().getExceptionConverter().convertException(error) : error;
  }
}
