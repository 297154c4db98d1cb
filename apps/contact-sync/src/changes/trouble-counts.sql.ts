import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** What waits for a person. */
export interface TroubleCounts {
  /** Runs that hold deletions. */
  readonly held: number;
  readonly quarantined: number;
  readonly deadLetters: number;
}

/**
 * SQL, because it counts rows of three libraries in one round trip; each by a partial index, or in a table that stays small.
 *
 * @param relay whose refused records count
 */
export async function troubleCounts(em: SqlEntityManager, relay: string): Promise<TroubleCounts> {
  const [row] = await boundSql<TroubleCounts>(
    em,
    `select
       (select count(*)::int from sync_runs where state = 'held') as held,
       (select count(*)::int from quarantined_persons where state = 'open') as quarantined,
       (select count(*)::int from dead_letters where state = 'open')
         + (select count(*)::int from refused_records where relay = $1 and state = 'open') as "deadLetters"`,
    [relay],
  );
  return row ?? { held: 0, quarantined: 0, deadLetters: 0 };
}
