import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord } from '#contact-events';

/** An event of the log as it lies there: it may have been damaged since. */
export interface LoggedEvent {
  readonly position: bigint;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  /** JSON. */
  readonly data: string;
}

/** How much of the log to take at once, whichever is reached first. */
export interface LogLimit {
  readonly events: number;
  /** Of data, as the database stores it: long data compressed. */
  readonly bytes: number;
}

/** The event log, as the read model is made anew and verified from it. Each question is asked on the given manager. */
export interface ContactLog {
  /** What progress in it is called. */
  readonly source: string;

  /** 0 for an empty log. */
  lastPosition(em: SqlEntityManager): Promise<bigint>;

  /**
   * The next events behind a position, oldest first: as many as the limit allows, one at least.
   *
   * @throws EventNotUnderstood
   */
  readAfter(em: SqlEntityManager, position: bigint, limit: LogLimit): Promise<ContactRecord[]>;

  /** The stream in which so many events, or bytes of data, behind a stream are reached; null when there are fewer. */
  streamAhead(em: SqlEntityManager, after: string, limit: LogLimit): Promise<string | null>;

  /** Whole streams behind `after` up to `through` (null: to the last), by stream id and version. */
  readStreams(em: SqlEntityManager, after: string, through: string | null): Promise<LoggedEvent[]>;
}
