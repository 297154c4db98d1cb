import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** How many rows one transaction removes. */
const CHUNK = 5_000;

/**
 * Removes what the write side knows of an account's contacts, in small transactions. Neither table has an entity. Keys
 * are found by their primary key, live and deleted snapshots by the indexes that each of them has.
 */
export async function forgetSnapshots(em: SqlEntityManager, accountId: string): Promise<void> {
  for (const statement of [
    `delete from contact_keys where (account_id, key) in (
       select account_id, key from contact_keys where account_id = $1 limit $2) returning 1`,
    `delete from contact_snapshots where contact_id in (
       select contact_id from contact_snapshots where account_id = $1 and deleted limit $2) returning 1`,
    `delete from contact_snapshots where contact_id in (
       select contact_id from contact_snapshots where account_id = $1 and not deleted limit $2) returning 1`,
  ]) {
    while ((await boundSql(em, statement, [accountId, CHUNK])).length > 0);
  }
}
