import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent, type ContactSnapshot, type DecisionContext } from '#contact';
import { type Change, type Lease } from '#platform';

import { digest } from '../snapshots/digest.js';
import { type DeletionGuard } from '../deletions/held-deletions.js';
import { type RunTally } from './run-tally.js';
import { type Run } from './run.entity.js';

/** The change that appends contact events ({@link contactEventsToAppend}); a dry run only collects them. */
export type AppendEvents = (
  events: readonly ContactEvent[],
  snapshots: readonly ContactSnapshot[],
) => Change[];

export interface FinishSettings {
  /** Of the request parameters that the new sync token belongs to. */
  readonly requestFingerprint: string;
  readonly deletionGuard: DeletionGuard | null;
}

/** A run in the hands of the process that holds its account's lease. */
export interface RunContext {
  readonly em: SqlEntityManager;
  readonly lease: Lease;
  /** Moved on with each transaction; of no use any more after one that failed. */
  readonly run: Run;
  readonly tally: RunTally;
  readonly append: AppendEvents;
  readonly settings: FinishSettings;
}

/** What a decision needs from outside. @param now the database's time, ISO 8601 */
export function decisionContext(run: Pick<Run, 'id' | 'accountId'>, now: string): DecisionContext {
  return { accountId: run.accountId, runId: run.id, now, digest };
}
