import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type ListName } from '../runs/sync-list.entity.js';
import { fullSeconds } from './full-interval.js';
import { everySeconds, NEXT_IN, type SyncInterval } from './sync-times.sql.js';

/**
 * So many runs wait at most for the schedule's sake: what is due stays due, in the order in which it became so, and a
 * process that comes finds room for its own.
 */
const MOST_WAITING = 256;

export interface DueList {
  readonly accountId: string;
  readonly list: ListName;
  /** Its last full sync is too long ago. */
  readonly fullIsDue: boolean | null;
  /** A run of the account is going on, so that none can be queued. */
  readonly isActive: boolean;
}

export interface DueTimes extends SyncInterval {
  /** Lists become due by SYNC_CRON alone. */
  readonly byCron: boolean;
  readonly fullIntervalMs: number;
}

/**
 * Lists whose time has come, those first that wait longest. Whoever moves the time on queues the run in the same
 * transaction: of several processes only one does, because the others pass over rows that it has locked. So it does over
 * accounts that somebody changes, who would want the list next, while the run to be queued wants the account. By the index
 * sync_lists_due; SQL, for its `for update skip locked`.
 */
export async function claimDueLists(
  tx: SqlEntityManager,
  { intervalMs, longestMs, byCron, fullIntervalMs }: DueTimes,
): Promise<DueList[]> {
  return boundSql<DueList>(
    tx,
    `with due as (
       select listed.account_id, listed.list, every.seconds, exists (
         select from sync_runs active where active.account_id = account.id and active.state in ('queued', 'running')
       ) as is_active
       from sync_lists listed join accounts account on account.id = listed.account_id
         cross join lateral (select ${everySeconds('account', 'listed', '$1', '$4')}) as every (seconds)
       where listed.next_sync_at <= now() and account.state = 'connected' and not account.paused
         and ($2::bool or account.connected_at + make_interval(secs => every.seconds) <= now())
       order by listed.next_sync_at
       limit greatest(0, ${MOST_WAITING} - (select count(*) from sync_runs where state = 'queued'))
       for update of listed skip locked for key share of account skip locked
     )
     update sync_lists set next_sync_at = case when not $2 then ${NEXT_IN} end
     from due where sync_lists.account_id = due.account_id and sync_lists.list = due.list
     returning sync_lists.account_id as "accountId", sync_lists.list, is_active as "isActive",
       full_synced_at <= now() - make_interval(secs => ${fullSeconds('sync_lists.account_id', '$3')}) as "fullIsDue"`,
    [intervalMs, byCron, fullIntervalMs, longestMs],
  );
}
