import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type AccountEventType } from '#contact-events';
import { boundChanges, type Change } from '#platform';

import { lastPositionOfAccount } from '../last-position-of-account.sql.js';

const INSERT = `insert into account_events
    (position, account_id, version, type, reference, last_position, occurred_at)`;

/**
 * Appends an event of an account's life, as a change among those of the caller's statement, with the reference that the
 * account had before the statement. Not the ORM's: the function next_account_event takes the lock that makes position
 * order commit order, and tells whoever waits. Other appends wait from here to the commit.
 *
 * @param occurredAt left out: now
 */
export function accountEventToAppend(accountId: string, type: AccountEventType, occurredAt?: Date): Change {
  return {
    sql: `${INSERT}
      select next_position, account.id, next_version, $2, account.reference, null, coalesce($3::timestamptz, clock_timestamp())
      from accounts account cross join lateral next_account_event(account.id) where account.id = $1`,
    parameters: [accountId, type, occurredAt?.toISOString() ?? null],
  };
}

/**
 * The same in a statement of its own.
 *
 * @param tx of the transaction that changes the account, once the change is written
 */
export async function appendAccountEvent(
  tx: SqlEntityManager,
  accountId: string,
  type: AccountEventType,
): Promise<void> {
  await boundChanges(tx, [accountEventToAppend(accountId, type)]);
}

/**
 * Appends AccountSynced where none was since the account was connected, and it is connected still. Its row is locked
 * first, as whoever changes its state does.
 *
 * @param lastAppended SQL of the account's last position, where the statement appends contact events, of one account then;
 * null: it appends none
 */
export function accountsSyncedToAppend(accountIds: readonly string[], lastAppended: string | null): Change {
  return {
    sql: `${INSERT}
      select next_position, account.id, next_version, 'AccountSynced', account.reference,
        coalesce(${lastAppended ?? 'null'}, (${lastPositionOfAccount('account.id')}), 0), clock_timestamp()
      from (
        select id, reference from accounts where id = any($1::uuid[]) and state = 'connected' and (
          select type from account_events where account_id = accounts.id order by version desc limit 1) = 'AccountConnected'
        order by id for no key update
      ) account cross join lateral next_account_event(account.id)`,
    parameters: [accountIds],
  };
}
