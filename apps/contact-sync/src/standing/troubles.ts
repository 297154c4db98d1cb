import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** What waits for a person. */
export interface TroubleCounts {
  /** Accounts that hold deletions. */
  readonly held: number;
  readonly quarantined: number;
  /** Open ones of both kinds, of all accounts. */
  readonly deadLetters: number;
}

/** More of it, of all accounts. */
export interface MoreCounts {
  readonly heldDeletions: number;
  /** Accounts whose persons have to sign in again. */
  readonly needSignIn: number;
}

/** Counts it, each by an index or in a table that stays small. */
export class Troubles {
  constructor(
    private readonly em: SqlEntityManager,
    /** The name of the relay whose refused records count: its events topic's. */
    private readonly relay: string,
  ) {}

  /** SQL, for one look at tables of several libraries. @param accountId of this account, but for dead letters; null: of all */
  async count(accountId: string | null): Promise<TroubleCounts> {
    const [row] = await boundSql<TroubleCounts>(
      this.em.fork(),
      `select
         (select count(distinct account_id)::int from sync_runs
          where state = 'held' and ($1::uuid is null or account_id = $1)) as held,
         (select count(*)::int from quarantined_persons
          where state = 'open' and ($1::uuid is null or account_id = $1)) as quarantined,
         (select count(*)::int from dead_letters where state = 'open')
           + (select count(*)::int from refused_records where relay = $2 and state = 'open') as "deadLetters"`,
      [accountId, this.relay],
    );
    if (row === undefined) throw new Error('The counts have no row');
    return row;
  }

  /** Reads every deletion that is held, and every account: for who looks now and then. */
  async countMore(): Promise<MoreCounts> {
    const [row] = await boundSql<MoreCounts>(
      this.em.fork(),
      `select
         (select count(*)::int from held_deletions held join sync_runs run on run.id = held.run_id) as "heldDeletions",
         (select count(*)::int from accounts where state = 'needs-reauth') as "needSignIn"`,
    );
    if (row === undefined) throw new Error('The counts have no row');
    return row;
  }
}
