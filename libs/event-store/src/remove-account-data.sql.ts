import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/**
 * Makes skeletons of the next events of an account: what they tell of it goes, data and metadata alike. Not the ORM's,
 * because the log has no entity. The index events_account_position gives the events, the primary key finds them.
 *
 * @returns the position of the last of them; null: there is none behind `after`
 */
export async function removeAccountData(
  em: SqlEntityManager,
  { accountId, after, limit }: { readonly accountId: string; readonly after: bigint; readonly limit: number },
): Promise<bigint | null> {
  const [row] = await boundSql<{ position: string | null }>(
    em,
    `with removed as (
       update events set data = null, metadata = '{}'
       where position in (
         select position from events where account_id = $1 and position > $2 order by position limit $3)
       returning position)
     select max(position) as position from removed`,
    [accountId, String(after), limit],
  );
  return row?.position == null ? null : BigInt(row.position);
}

/** How many events lose their data at a time. */
const CHUNK = 1_000;

/** Makes skeletons of all events of an account, a part a statement. */
export async function removeAllAccountData(em: SqlEntityManager, accountId: string): Promise<void> {
  for (let after: bigint | null = 0n; after !== null;) {
    after = await removeAccountData(em, { accountId, after, limit: CHUNK });
  }
}
