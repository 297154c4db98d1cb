import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** An event of an account's life as a topic has it. */
export interface PublishedAccountEvent {
  readonly accountId: string;
  readonly version: number;
  /** ISO 8601. */
  readonly occurredAt: string;
}

/**
 * Tells how accounts stand above the versions that a topic holds of them, where it holds an event that the log does not: the
 * database was restored to an earlier time. What is yet to be sent under such a version is taken back. SQL, because it
 * compares, takes back and appends at once; by the unique index of account and version.
 *
 * @param after what comes behind is yet to be sent
 * @returns the accounts
 */
export async function tellAccountsAgain(
  em: SqlEntityManager,
  published: readonly PublishedAccountEvent[],
  after: bigint,
): Promise<string[]> {
  const rows = await boundSql<{ account_id: string }>(
    em,
    `with found as (
       select * from jsonb_to_recordset($1::jsonb) as found ("accountId" uuid, version integer, "occurredAt" timestamptz)
     ), lost as (
       select "accountId" as id, max(found.version) as version
       from found left join account_events event
         on event.account_id = "accountId" and event.version = found.version and event.occurred_at = "occurredAt"
       group by "accountId" having count(event.position) < count(*)
     ), taken_back as (
       delete from account_events event using lost
       where event.account_id = lost.id and event.version <= lost.version and event.position > $2
     )
     insert into account_events (position, account_id, version, type, reference, last_position, occurred_at)
     select next_position, account.id, greatest(lost.version + 1, next_version),
       case account.state when 'connected' then 'AccountConnected' when 'needs-reauth' then 'AccountNeedsSignIn'
         else 'AccountDisconnected' end,
       account.reference, null, clock_timestamp()
     from lost join accounts account using (id) cross join lateral next_account_event(account.id)
     returning account_id`,
    [JSON.stringify(published), String(after)],
  );
  return rows.map(({ account_id: id }) => id);
}
