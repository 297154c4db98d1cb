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

/** The event log, as the read model is made anew and verified from it. Each question is asked on the given manager. */
export interface ContactLog {
  /** What progress in it is called. */
  readonly source: string;

  /** 0 for an empty log. */
  lastPosition(em: SqlEntityManager): Promise<bigint>;

  /**
   * The next events behind a position, oldest first.
   *
   * @throws EventNotUnderstood
   */
  readAfter(em: SqlEntityManager, position: bigint, limit: number): Promise<ContactRecord[]>;

  /** The stream in which so many events, or bytes of data, behind a stream are reached; null when there are fewer. */
  streamAhead(
    em: SqlEntityManager,
    after: string,
    limit: { readonly events: number; readonly bytes: number },
  ): Promise<string | null>;

  /** Whole streams behind `after` up to `through` (null: to the last), by stream id and version. */
  readStreams(em: SqlEntityManager, after: string, through: string | null): Promise<LoggedEvent[]>;
}
