import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Actor, recordDone } from '#audit';
import { boundSql } from '#platform';

import { type ErasureRecord } from './ledger/erasure-ledger.js';

/**
 * Begins erasures that the ledger knows of, where the database does not know that they are done and has anything of the
 * account: it was restored to an earlier time, or got its events back. Those that are under way are left alone. Each is
 * audited in the same transaction.
 *
 * SQL, because it looks across tables and inserts what it finds. By primary keys and the index events_account_position,
 * and only for what is not known to be done.
 *
 * @param tx the manager of a transaction
 * @returns the accounts that are erased again
 */
export async function requestErasures(
  tx: SqlEntityManager,
  records: readonly ErasureRecord[],
  actor: Actor,
): Promise<string[]> {
  if (records.length === 0) return [];
  const rows = await boundSql<{ account_id: string }>(
    tx,
    `with named as (
       select * from jsonb_to_recordset($1::jsonb) as record ("accountId" uuid, "erasureId" uuid, "begunAt" timestamptz)
     ), found as (
       select * from named where (
         not exists (select from erasures where account_id = "accountId")
         and exists (select from events where account_id = "accountId" and data is not null)
       ) or exists (select from accounts where id = "accountId" and state <> 'erasing')
     ), begun as (
       insert into erasures (account_id, id, begun_at, step)
       select "accountId", "erasureId", "begunAt", 'record' from found
       on conflict (account_id) do update set finished_at = null, step = 'record'
       returning account_id
     ), marked as (
       update accounts set state = 'erasing' from begun where accounts.id = begun.account_id
     )
     select account_id from begun`,
    [JSON.stringify(records)],
  );
  const accounts = rows.map(({ account_id: id }) => id);
  await recordDone(
    tx,
    accounts.map((accountId) => ({ actor, action: 'account.erase-again', accountId })),
  );
  return accounts;
}
