import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type AccountEventType, type LoggedAccountEvent } from '#contact-events';
import { boundSql, isoTime } from '#platform';

/** An event of an account's life at its place. */
export interface StoredAccountEvent extends LoggedAccountEvent {
  /** A later commit has a higher one. */
  readonly position: bigint;
}

/**
 * Reads the log of accounts' lives. Not the ORM's, because the log has no entity; by the primary key.
 *
 * @param after its events are left out, as all before it
 */
export async function readAccountEvents(
  em: SqlEntityManager,
  after: bigint,
  limit: number,
): Promise<StoredAccountEvent[]> {
  const rows = await boundSql<{
    position: string;
    account_id: string;
    version: number;
    type: AccountEventType;
    reference: string | null;
    last_position: string | null;
    occurred_at: string;
  }>(
    em,
    `select position, account_id, version, type, reference, last_position, ${isoTime('occurred_at')} as occurred_at
     from account_events where position > $1 order by position limit $2`,
    [String(after), limit],
  );
  return rows.map((row) => ({
    position: BigInt(row.position),
    accountId: row.account_id,
    version: row.version,
    type: row.type,
    reference: row.reference,
    lastPosition: row.last_position === null ? null : BigInt(row.last_position),
    occurredAt: row.occurred_at,
  }));
}
