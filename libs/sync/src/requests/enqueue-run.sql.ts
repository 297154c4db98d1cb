import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundChanges, leaseToPrepare } from '#platform';

import { accountLease } from '../runs/account-lease.js';
import { type Run } from '../runs/run.entity.js';

/**
 * Stores a queued run, with the rows of its list and of the account's lease where this is the first one, and wakes the
 * workers. One statement and one round trip, of those that a sync waits for; the ORM would take three and a transaction.
 *
 * @throws UniqueConstraintViolationException where the account has an active run (index sync_runs_active)
 */
export async function storeQueuedRun(em: SqlEntityManager, run: Run): Promise<void> {
  await boundChanges(
    em,
    [
      {
        sql: `insert into sync_runs
            (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at, request_id)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        parameters: [
          run.id,
          run.accountId,
          run.list,
          run.requestedMode,
          run.mode,
          run.trigger,
          run.state,
          JSON.stringify(run.statistics),
          JSON.stringify(run.absences),
          run.queuedAt,
          run.requestId ?? null,
        ],
      },
      {
        sql: `insert into sync_lists (account_id, list, epoch) values ($1, $2, 1)
          on conflict (account_id, list) do nothing`,
        parameters: [run.accountId, run.list],
      },
      leaseToPrepare(accountLease(run.accountId)),
    ],
    { sql: `select pg_notify('contactstream_work', '')`, parameters: [] },
  );
}
