import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Wakes, at the commit, the processes that rebuild. NOTIFY is no table's, so it is SQL. */
export async function notifyRebuilds(tx: SqlEntityManager): Promise<void> {
  await boundSql(tx, `select pg_notify('contactstream_rebuilds', '')`);
}
