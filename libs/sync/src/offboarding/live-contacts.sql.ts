import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Ids of live contacts of an account, as many as asked for; found by the index contact_snapshots_live. Snapshots have no entity. */
export async function liveContacts(
  em: SqlEntityManager,
  accountId: string,
  limit: number,
): Promise<string[]> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    'select contact_id from contact_snapshots where account_id = $1 and not deleted limit $2',
    [accountId, limit],
  );
  return rows.map(({ contact_id: id }) => id);
}
