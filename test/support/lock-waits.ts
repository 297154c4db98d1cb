import { type TestDatabase } from './database.js';
import { sql } from './sql.js';

/**
 * How many locks are waited for in this database: suites share a server, whose pg_locks tells of all of them.
 *
 * @param type as PostgreSQL calls it, such as `advisory`; null: of any
 */
export async function lockWaits(
  database: Pick<TestDatabase, 'url'>,
  type: 'advisory' | null = null,
): Promise<number> {
  const waits = await sql(
    database,
    `select 1 from pg_locks where not granted and ($1::text is null or locktype = $1)
       and database = (select oid from pg_database where datname = current_database())`,
    [type],
  );
  return waits.length;
}
