import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** How old what is known of accounts is at most and at least. */
export interface LeastFresh {
  /** Of those that are connected and not paused, the one whose last good run is longest ago; null: there are none. */
  readonly oldest: {
    readonly accountId: string;
    readonly name: string;
    /** null: it has had none. */
    readonly succeededAt: Date | null;
  } | null;
  /** The end of the last good run of any account. */
  readonly lastSucceededAt: Date | null;
}

/** SQL, for the order of nulls. It reads the tables of accounts and lists whole. @param accountId only this one; null: all */
export async function readLeastFresh(em: SqlEntityManager, accountId: string | null): Promise<LeastFresh> {
  const [row] = await boundSql<{
    accountId: string | null;
    name: string;
    succeededAt: string | null;
    lastSucceededAt: string | null;
  }>(
    em,
    `select oldest.*, (select max(succeeded_at) from sync_lists where $1::uuid is null or account_id = $1) as "lastSucceededAt"
     from (values (1)) as one left join (
       select id as "accountId", name, succeeded_at as "succeededAt"
       from accounts left join sync_lists on account_id = id and list = 'contacts'
       where state = 'connected' and not paused and ($1::uuid is null or id = $1)
       order by succeeded_at nulls first, id limit 1
     ) oldest on true`,
    [accountId],
  );
  const { accountId: id = null, name = '', succeededAt = null, lastSucceededAt = null } = row ?? {};
  return {
    oldest: id === null ? null : { accountId: id, name, succeededAt: dateOf(succeededAt) },
    lastSucceededAt: dateOf(lastSucceededAt),
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
