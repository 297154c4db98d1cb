import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Who has the log up to a position. */
export type LogReader = 'kafka' | 'read-model';

export interface LogMark {
  readonly at: Date;
  readonly position: string;
}

/** Marks are kept for so many days: a second's each, so no more than some 600,000 a reader. */
const KEPT_DAYS = 7;

/** When readers of the log had come how far, to the second. SQL, because the log has no entities; by the primary key. */
export class LogMarks {
  constructor(private readonly em: SqlEntityManager) {}

  /**
   * Marks that a reader has the log up to a position, whichever process notices it: once, and once a second.
   *
   * @returns whether the position is marked now
   */
  async mark(reader: LogReader, position: bigint): Promise<boolean> {
    const [row] = await boundSql<{ is_marked: boolean }>(
      this.em.fork(),
      `with last as (select position, at from log_marks where reader = $1 order by position desc limit 1), marked as (
         insert into log_marks (reader, position)
         select $1, $2 where not exists (
           select from last where position >= $2 or at > clock_timestamp() - interval '1 second')
         on conflict do nothing returning 1)
       select exists (select from marked) or coalesce((select position >= $2 from last), false) as is_marked`,
      [reader, String(position)],
    );
    return row?.is_marked === true;
  }

  /** @returns null where a reader has not come so far, or where nobody knows any more when it did */
  async reached(reader: LogReader, position: bigint): Promise<LogMark | null> {
    const [row] = await boundSql<{ at: string; position: string }>(
      this.em.fork(),
      `select at, position from log_marks where reader = $1 and position >= $2
         and exists (select from log_marks before where before.reader = $1 and before.position < $2)
       order by position limit 1`,
      [reader, String(position)],
    );
    return row === undefined ? null : { at: new Date(row.at), position: row.position };
  }

  async removeOld(reader: LogReader): Promise<void> {
    await boundSql(
      this.em.fork(),
      `delete from log_marks where reader = $1 and at < now() - $2 * interval '1 day'
         and position < (select max(position) from log_marks where reader = $1)`,
      [reader, KEPT_DAYS],
    );
  }
}
