import { EVENT_COLUMNS } from './event-columns.sql.js';

/** Which part of the log to read; every condition that is left out matches all. */
export interface LogSelection {
  /** Only events after this position. */
  readonly after?: bigint;
  readonly accountId?: string;
  readonly streamId?: string;
  readonly runId?: string;
  readonly type?: string;
  readonly limit: number;
  /** Ends with the event that makes this many bytes of data, as the database stores it (long data compressed). */
  readonly bytes?: number;
}

/**
 * A part of the log in position order. Not the ORM's: see EVENT_COLUMNS, and the ORM makes no running sum.
 *
 * The primary key serves it; with an account, events_account_position; with a run, events_run; with a stream,
 * events_stream_version.
 */
export function readLogSql(selection: LogSelection): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [String(selection.after ?? 0n)];
  const conditions = ['position > $1'];
  const where = (column: string, value: string | undefined): void => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(`${column} = $${parameters.length}`);
  };
  where('account_id', selection.accountId);
  where('stream_id', selection.streamId);
  where('run_id', selection.runId);
  where('type', selection.type);
  parameters.push(selection.limit);
  const clause = `where ${conditions.join(' and ')} order by position limit $${parameters.length}`;
  if (selection.bytes === undefined)
    return { sql: `select ${EVENT_COLUMNS} from events ${clause}`, parameters };
  parameters.push(selection.bytes);
  const sql = `select ${EVENT_COLUMNS} from (
      select *, sum(bytes) over (order by position rows unbounded preceding) - bytes as bytes_before
      from (select *, coalesce(pg_column_size(data), 0) as bytes from events ${clause}) as limited
    ) as sized
    where bytes_before < $${parameters.length} order by position`;
  return { sql, parameters };
}
