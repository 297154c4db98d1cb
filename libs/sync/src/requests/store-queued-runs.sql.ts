import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundChanges, type Change, preparingLeases } from '#platform';

import { accountLeaseSql } from '../runs/account-lease.js';
import { NO_ABSENCES, NO_STATISTICS, type Run } from '../runs/run.entity.js';

/**
 * Stores queued runs, with the rows of their lists and of their accounts' leases where there are none yet, and wakes the
 * workers. Those whose account is not connected, or has an active run (index sync_runs_active), are left out. One statement
 * and one round trip, of those that a sync waits for; the ORM would take three and a transaction.
 *
 * All who store runs insert them first, in one order, and pass over rows that are there: whoever ends a run has locked
 * its lease before its list and the run.
 *
 * @param beside what is changed all the same
 * @returns ids of those stored
 */
export async function storeQueuedRuns(
  em: SqlEntityManager,
  runs: readonly Run[],
  beside: readonly Change[] = [],
): Promise<ReadonlySet<string>> {
  const stored = await boundChanges<{ id: string }>(
    em,
    [
      ...beside,
      {
        name: 'asked',
        sql: `select asked.* from
            unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[])
              as asked (id, account_id, list, requested_mode, mode, trigger, queued_at, request_id)
            join accounts account on account.id = account_id
          where account.state = 'connected'`,
        parameters: [
          runs.map(({ id }) => id),
          runs.map(({ accountId }) => accountId),
          runs.map(({ list }) => list),
          runs.map(({ requestedMode }) => requestedMode),
          runs.map(({ mode }) => mode),
          runs.map(({ trigger }) => trigger),
          runs.map(({ queuedAt }) => queuedAt),
          runs.map(({ requestId }) => requestId ?? null),
        ],
      },
      {
        name: 'stored',
        sql: `insert into sync_runs
            (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at, request_id)
          select id, account_id, list, requested_mode, mode, trigger, 'queued', $1, $2, queued_at, request_id from asked
          order by account_id
          on conflict (account_id) where state in ('queued', 'running') do nothing returning id`,
        parameters: [JSON.stringify(NO_STATISTICS), JSON.stringify(NO_ABSENCES)],
      },
      { sql: preparingLeases(`(select ${accountLeaseSql('account_id')} from asked)`), parameters: [] },
      {
        sql: `insert into sync_lists (account_id, list, epoch)
          select account_id, list, 1 from asked
          where not exists (
            select from sync_lists known where known.account_id = asked.account_id and known.list = asked.list)
          order by account_id on conflict (account_id, list) do nothing`,
        parameters: [],
      },
    ],
    { sql: `select id, pg_notify('contactstream_work', '') from stored`, parameters: [] },
  );
  return new Set(stored.map(({ id }) => id));
}
