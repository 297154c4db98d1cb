import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Accounts of these events that the database does not know: they were connected after the backup. */
export async function unknownAccounts(
  em: SqlEntityManager,
  accountIds: readonly string[],
): Promise<string[]> {
  const rows = await boundSql<{ id: string }>(
    em,
    `select id from unnest($1::uuid[]) as given (id) where not exists (select from accounts a where a.id = given.id)`,
    [accountIds],
  );
  return rows.map(({ id }) => id);
}
