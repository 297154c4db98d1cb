import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, type Change } from '#platform';

/**
 * Removes what nobody needs any more of the log of accounts' lives: all of an account that is erased, and what came before
 * an account was connected again. What is left tells how each account stands. SQL, because a row goes for what another one
 * says. It reads the whole table, which has a handful of rows an account.
 *
 * @param upTo what comes behind is yet to be sent; null: nothing is sent
 * @returns how many
 */
export async function removeToldAccountEvents(em: SqlEntityManager, upTo: bigint | null): Promise<number> {
  const removed = await boundSql(
    em,
    `with told as (select * from account_events where $1::bigint is null or position <= $1)
     delete from account_events event where position in (select position from told) and exists (
       select from told later where later.account_id = event.account_id and (later.type = 'AccountErased'
         or (later.type = 'AccountConnected' and later.version > event.version)))
     returning 1`,
    [upTo === null ? null : String(upTo)],
  );
  return removed.length;
}

/** Forgets an account without telling of it, as a change among those of the caller's statement. */
export function accountEventsToForget(accountId: string): Change {
  return { sql: 'delete from account_events where account_id = $1', parameters: [accountId] };
}
