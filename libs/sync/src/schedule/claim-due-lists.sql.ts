import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type ListName } from '../runs/sync-list.entity.js';

export interface DueList {
  readonly accountId: string;
  readonly list: ListName;
  /** Its last full sync is too long ago, or not known. */
  readonly fullIsDue: boolean | null;
}

/**
 * Lists whose time has come. Whoever moves the time on queues the run: of several processes only one does, because the
 * others find it moved when they get the row. A list without a row has never been synced; it is due an interval after
 * its account was connected. All processes take the rows in one order, so that none waits for another in a circle. SQL, for the upsert that gives back what it moved.
 *
 * @param intervalMs null: only accounts with an interval of their own
 */
export async function claimDueLists(
  em: SqlEntityManager,
  list: ListName,
  intervalMs: number | null,
  fullIntervalMs: number,
): Promise<DueList[]> {
  return boundSql<{ accountId: string; list: ListName; fullIsDue: boolean | null }>(
    em,
    `insert into sync_lists (account_id, list, epoch, next_sync_at)
     select account.id, $1, 1, now() + every.interval
     from accounts account
       left join sync_lists on account_id = account.id and list = $1,
       lateral (select make_interval(secs => coalesce(sync_interval_ms, $2::bigint) / 1000.0)) as every (interval)
     where state = 'connected' and not paused and every.interval is not null
       and greatest(next_sync_at, connected_at + every.interval) <= now()
     order by account.id
     on conflict (account_id, list) do update set next_sync_at = excluded.next_sync_at
       where sync_lists.next_sync_at is null or sync_lists.next_sync_at <= now()
     returning account_id as "accountId", list,
       full_synced_at <= now() - make_interval(secs => $3::bigint / 1000.0) as "fullIsDue"`,
    [list, intervalMs, fullIntervalMs],
  );
}

/** All lists of connected accounts, for a schedule that is the same for all. */
export async function listsToSync(
  em: SqlEntityManager,
  list: ListName,
  fullIntervalMs: number,
): Promise<DueList[]> {
  return boundSql<{ accountId: string; list: ListName; fullIsDue: boolean | null }>(
    em,
    `select id as "accountId", $1::text as list,
       full_synced_at <= now() - make_interval(secs => $2::bigint / 1000.0) as "fullIsDue"
     from accounts left join sync_lists on account_id = id and list = $1
     where state = 'connected' and not paused`,
    [list, fullIntervalMs],
  );
}
