import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type CheckedStream } from './check-stream.js';
import { type Difference } from './compare-table.js';
import { type IdRange } from './table-rows.sql.js';

/** Where what is kept of a contact is not what the log says. */
export interface StateDifference extends Difference {
  readonly accountId: string;
}

/** What else is kept of each contact, and is stored together with its events, so that at no moment it is behind them. */
export interface DerivedState {
  /** The id that so many of its contacts lie up to; null: it has fewer behind `after`. */
  nthIdBehind(tx: SqlEntityManager, after: string, count: number): Promise<string | null>;
  /**
   * @param tx in which rows and streams are of one moment
   * @param streams all of the range
   */
  compare(
    tx: SqlEntityManager,
    range: IdRange,
    streams: readonly CheckedStream[],
  ): Promise<{ readonly rows: number; readonly differences: readonly StateDifference[] }>;
}
