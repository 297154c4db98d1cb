import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** What waits for a person, beside accounts. */
export interface TroubleCounts {
  /** Accounts that hold deletions. */
  readonly held: number;
  readonly quarantined: number;
  /** Open ones of both kinds, of all accounts. */
  readonly deadLetters: number;
}

/**
 * Counts it, each by an index or in a table that stays small. SQL, for one look at tables of several libraries.
 *
 * @param accountId of this account, but for dead letters; null: of all
 * @param relay the name of the relay whose refused records count
 */
export async function countTrouble(
  em: SqlEntityManager,
  accountId: string | null,
  relay: string,
): Promise<TroubleCounts> {
  const [row] = await boundSql<TroubleCounts>(
    em,
    `select
       (select count(distinct account_id)::int from sync_runs
        where state = 'held' and ($1::uuid is null or account_id = $1)) as held,
       (select count(*)::int from quarantined_persons
        where state = 'open' and ($1::uuid is null or account_id = $1)) as quarantined,
       (select count(*)::int from dead_letters where state = 'open')
         + (select count(*)::int from refused_records where relay = $2 and state = 'open') as "deadLetters"`,
    [accountId, relay],
  );
  if (row === undefined) throw new Error('The counts have no row');
  return row;
}
