import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundChanges, boundSql } from '#platform';

/*
 * What waits behind refused records of contacts that are to be erased. SQL, for sets of contacts; found by the index
 * refused_records_open.
 */

/** Asks the relay to let go what Kafka refused of these contacts, so that their deletions go out. @returns how many waited */
export async function discardWaiting(em: SqlEntityManager, contactIds: readonly string[]): Promise<number> {
  const rows = await boundChanges<{ count: number }>(
    em,
    [
      {
        name: 'waiting',
        sql: `update refused_records set requested = 'discard'
          where contact_id = any($1::uuid[]) and state = 'open' returning 1`,
        parameters: [contactIds],
      },
    ],
    {
      sql: `select count(*)::int as count, pg_notify('contactstream_events', '') from waiting`,
      parameters: [],
    },
  );
  return rows[0]?.count ?? 0;
}

/** Removes the refused records of these contacts, which are all settled by now. */
export async function forgetRefused(em: SqlEntityManager, contactIds: readonly string[]): Promise<void> {
  await boundSql(em, 'delete from refused_records where contact_id = any($1::uuid[])', [contactIds]);
}
