import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type ListName } from '../runs/sync-list.entity.js';
import { everySeconds, isTooFar, SOON, type SyncInterval } from './sync-times.sql.js';

/**
 * Gives lists their time that have none: an interval after their account was connected. Those whose time is further away
 * than their interval become due within it: the account has changed, the interval was made shorter, or the clock has been
 * put back since. One that failed waits as long as it was told.
 *
 * All processes take the rows in one order, so that none waits for another in a circle. A look at every account, so not
 * for each second; SQL, for the upsert.
 */
export async function settleTimes(
  em: SqlEntityManager,
  list: ListName,
  { intervalMs, longestMs }: SyncInterval,
): Promise<void> {
  await boundSql(
    em,
    `insert into sync_lists (account_id, list, epoch, next_sync_at)
     select account.id, $1, 1,
       case when next_sync_at is null then connected_at + make_interval(secs => seconds) else ${SOON} end
     from accounts account left join sync_lists on account_id = account.id and list = $1
       cross join lateral (select ${everySeconds('account', 'sync_lists', '$2', '$3')}) as every (seconds)
     where state = 'connected' and not paused and seconds is not null
       and (next_sync_at is null or failures = 0 and ${isTooFar('next_sync_at')})
     order by account.id
     on conflict (account_id, list) do update set next_sync_at = excluded.next_sync_at`,
    [list, intervalMs, longestMs],
  );
}

/** Makes all lists of connected accounts due, in whatever order: each gets a time of its own within the last second. */
export async function makeAllDue(em: SqlEntityManager, list: ListName): Promise<void> {
  await boundSql(
    em,
    `insert into sync_lists (account_id, list, epoch, next_sync_at)
     select id, $1, 1, now() - make_interval(secs => random())
     from accounts where state = 'connected' and not paused
     order by id
     on conflict (account_id, list) do update set next_sync_at = excluded.next_sync_at
       where sync_lists.next_sync_at is null or sync_lists.next_sync_at > excluded.next_sync_at`,
    [list],
  );
}

/** Forgets times that an interval set: from now on lists become due by SYNC_CRON alone. */
export async function forgetTimesToCome(em: SqlEntityManager): Promise<void> {
  await boundSql(em, 'update sync_lists set next_sync_at = null where next_sync_at > now()');
}
