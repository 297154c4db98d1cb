import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { asVersionConflict } from '#event-store';
import { boundChanges, boundSql, type Change, type Notice } from '#platform';

/** After so long without renewal a lease may be taken over: its holder crashed or is stopped. */
export const LEASE_SECONDS = 30;

/** The right to write an account's contacts, until it is given back or someone else holds a higher number. */
export interface Lease {
  readonly accountId: string;
  /**
   * Rises with every holder, and when one begins again ({@link retakeLease}): a write under an older number is refused
   * (docs/adr/0009-one-writer-an-account.md).
   */
  fencingToken: string;
  /** Set by its holder, once it is given back with the end of a run. */
  isGivenBack?: boolean;
}

/** The lease is someone else's by now; nothing of this transaction is stored. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(accountId: string) {
    super(`The lease of account ${accountId} was taken over by another process`);
  }
}

/** How long a takeover waits for what the holder before it is still writing. */
const TAKEOVER_LOCK_TIMEOUT = '1s';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Takes the lease of an account if it is free or has run out.
 *
 * @param owner names the process, for people who look at the table
 * @returns null when someone else holds it, or a transaction of someone else's has it locked
 */
export async function acquireLease(
  em: SqlEntityManager,
  accountId: string,
  owner: string,
): Promise<Lease | null> {
  try {
    // The setting is made before there is a row to insert, and lasts as long as the statement.
    const [row] = await boundSql<{ fencing_token: string }>(
      em,
      `with patience as (select set_config('lock_timeout', $4, true))
       insert into sync_leases as lease (account_id, owner, fencing_token, expires_at)
       select $1::uuid, $2, 1, clock_timestamp() + make_interval(secs => $3) from patience
       on conflict (account_id) do update
         set owner = excluded.owner, fencing_token = lease.fencing_token + 1, expires_at = excluded.expires_at
         where lease.expires_at <= clock_timestamp()
       returning fencing_token`,
      [accountId, owner, LEASE_SECONDS, TAKEOVER_LOCK_TIMEOUT],
    );
    return row === undefined ? null : { accountId, fencingToken: row.fencing_token };
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return null;
    throw error;
  }
}

/** @throws LeaseLost */
export async function renewLease(em: SqlEntityManager, lease: Lease): Promise<void> {
  const rows = await boundSql(
    em,
    `update sync_leases set expires_at = clock_timestamp() + make_interval(secs => $3)
     where account_id = $1 and fencing_token = $2 returning 1`,
    [lease.accountId, lease.fencingToken, LEASE_SECONDS],
  );
  if (rows.length === 0) throw new LeaseLost(lease.accountId);
}

/**
 * Begins again with a lease after a failure of the database. A statement that was sent over a lost connection may still
 * be carried out: it has come to its end when this returns, or it comes too late and is refused.
 *
 * @throws LeaseLost
 */
export async function retakeLease(em: SqlEntityManager, lease: Lease): Promise<void> {
  const [row] = await boundSql<{ fencing_token: string }>(
    em,
    `update sync_leases set fencing_token = fencing_token + 1,
       expires_at = clock_timestamp() + make_interval(secs => $3)
     where account_id = $1 and fencing_token = $2 returning fencing_token`,
    [lease.accountId, lease.fencingToken, LEASE_SECONDS],
  );
  if (row === undefined) throw new LeaseLost(lease.accountId);
  lease.fencingToken = row.fencing_token;
}

/** Frees the lease for the next run at once; one that is lost, or given back, already is left alone. */
export function leaseToRelease(lease: Lease): Change {
  return {
    sql: `update sync_leases set expires_at = clock_timestamp(), owner = null
      where account_id = $1 and fencing_token = $2 and owner is not null returning 1`,
    parameters: [lease.accountId, lease.fencingToken],
  };
}

/** Frees the lease, if it was not given back yet, and tells whoever waits. */
export async function releaseLease(em: SqlEntityManager, lease: Lease): Promise<void> {
  const { sql, parameters } = leaseToRelease(lease);
  await boundSql(
    em,
    `with released as (${sql}) select pg_notify('contactstream_work', '') from released`,
    parameters,
  );
}

/**
 * Locks the lease as {@link changeUnderLease} does, as part of a statement that needs the time of it: where a run or an
 * epoch begins. Parameters: account, fencing token. No row: the lease is lost.
 */
export const LOCK_LEASE = `select date_trunc('milliseconds', clock_timestamp()) as now from sync_leases
  where account_id = $1 and fencing_token = $2 for update`;

/** PostgreSQL's name for a division by zero (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const DIVISION_BY_ZERO = '22012';

/**
 * How an account's contacts and runs are written: all changes and the check of the lease are one statement, and
 * with it one transaction. Its first act locks the lease, which keeps a takeover waiting until the commit; where a
 * higher fencing token has taken the lease's place, the division fails, and with it everything else.
 *
 * Its snapshot may be older than the lock, but not than the lease: whoever held it before could write nothing since.
 *
 * @param changes none may touch a row that another one touches ({@link boundChanges})
 * @throws LeaseLost, VersionConflict; nothing is stored then
 */
export async function changeUnderLease(
  em: SqlEntityManager,
  lease: Lease,
  changes: readonly Change[],
  notices: readonly Notice[] = [],
): Promise<void> {
  const notify = notices.map((_, index) => `, pg_notify($${2 * index + 3}, $${2 * index + 4})`);
  try {
    await boundChanges(em, changes, {
      sql: `select 1 / count(*)${notify.join('')} from (
          select from sync_leases where account_id = $1 and fencing_token = $2 for update
        ) as held`,
      parameters: [
        lease.accountId,
        lease.fencingToken,
        ...notices.flatMap(({ channel, payload }) => [channel, payload]),
      ],
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === DIVISION_BY_ZERO) throw new LeaseLost(lease.accountId);
    throw asVersionConflict(error);
  }
}
