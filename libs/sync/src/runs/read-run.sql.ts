import { type Account, AccountEntity } from '#accounts';
import { lastPositionOfAccount } from '#event-store';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, columnsOf, plainRow, plainRows } from '#platform';

import { type Run, RunEntity } from './run.entity.js';
import { type SyncList, SyncListEntity } from './sync-list.entity.js';

/**
 * A run by its primary key. Each sync reads its run several times, so it is read by a prepared statement: the ORM's own
 * are planned each time (docs/adr/0017-bulk-statements.md).
 */
export async function readRun(em: SqlEntityManager, runId: string): Promise<Run | null> {
  const [row] = await boundSql(
    em,
    `select ${columnsOf(em, RunEntity, 'run')} from sync_runs run where id = $1`,
    [runId],
  );
  return row === undefined ? null : plainRow(em, RunEntity)(row);
}

/** A run with how far the log of its account was at the same moment. */
export interface RunWithLog {
  readonly run: Run;
  /** Of the account's last event, whoever made it; 0 where it has none. */
  readonly lastPosition: bigint;
}

/** As {@link readRun}, for those who wait for its end and then for the read model: one statement. */
export async function readRunWithLog(em: SqlEntityManager, runId: string): Promise<RunWithLog | null> {
  const [row] = await boundSql<{ last_of_account: string | null }>(
    em,
    `select ${columnsOf(em, RunEntity, 'run')}, (${lastPositionOfAccount('run.account_id')}) as last_of_account
     from sync_runs run where id = $1`,
    [runId],
  );
  if (row === undefined) return null;
  const { last_of_account: last, ...run } = row;
  return { run: plainRow(em, RunEntity)(run), lastPosition: BigInt(last ?? 0) };
}

/** The newest run of each account that has one, by the index sync_runs_account_newest; the ORM has no lateral join. */
export async function readLatestRuns(em: SqlEntityManager, accountIds: readonly string[]): Promise<Run[]> {
  const rows = await boundSql(
    em,
    `select ${columnsOf(em, RunEntity, 'run')} from unnest($1::uuid[]) as asked (id),
       lateral (
         select * from sync_runs where account_id = asked.id order by queued_at desc, id desc limit 1
       ) run`,
    [accountIds],
  );
  return plainRows(em, RunEntity, rows);
}

/** A run with all that it is carried out by. */
export interface RunToExecute {
  /** Nothing was done for it yet. */
  readonly isNew: boolean;
  readonly run: Run;
  readonly list: SyncList;
  readonly account: Account;
}

/** One that was begun, with its list and its account, in one round trip. @returns null when one of them is gone */
export async function readRunToExecute(em: SqlEntityManager, runId: string): Promise<RunToExecute | null> {
  const [row] = await boundSql<ExecutedRow>(
    em,
    `select ${EXECUTED_ROW}
     from sync_runs run join sync_lists listed using (account_id, list) join accounts account on account.id = account_id
     where run.id = $1`,
    [runId],
  );
  return row === undefined ? null : { isNew: false, ...executedRows(em)(row) };
}

/** What is selected of a `run`, its list (`listed`) and its `account`; `list` is a column of both. */
export const EXECUTED_ROW = 'to_jsonb(run) as run, to_jsonb(listed) as list, to_jsonb(account) as account';

export type ExecutedRow = Readonly<Record<'run' | 'list' | 'account', object>>;

/** Reads rows of {@link EXECUTED_ROW}. */
export function executedRows(em: SqlEntityManager): (row: ExecutedRow) => Omit<RunToExecute, 'isNew'> {
  const run = plainRow(em, RunEntity);
  const list = plainRow(em, SyncListEntity);
  const account = plainRow(em, AccountEntity);
  return (row) => ({ run: run(row.run), list: list(row.list), account: account(row.account) });
}
