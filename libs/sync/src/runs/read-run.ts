import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Account, AccountEntity } from '#accounts';
import { type Run, RunEntity } from './run.entity.js';

/** Each sync reads its run several times, so it is read by a prepared statement (docs/adr/0017-bulk-statements.md). */
export async function readRun(em: SqlEntityManager, runId: string): Promise<Run | null> {
  const [row] = await boundSql(em, 'select * from sync_runs where id = $1', [runId]);
  return row === undefined ? null : em.map(RunEntity, row);
}

/** A run and the account that it belongs to, in one round trip. @returns null when one of them is gone */
export async function readRunAndAccount(
  em: SqlEntityManager,
  runId: string,
): Promise<{ run: Run; account: Account } | null> {
  const [row] = await boundSql<{ run: object; account: object }>(
    em,
    `select to_jsonb(run) as run, to_jsonb(account) as account
     from sync_runs run join accounts account on account.id = run.account_id where run.id = $1`,
    [runId],
  );
  return row === undefined
    ? null
    : { run: em.map(RunEntity, row.run), account: em.map(AccountEntity, row.account) };
}
