import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent, type ContactSnapshot } from '#contact';
import { type Change, type Lease } from '#platform';

import { type RunTally } from './run-tally.js';
import { type Run } from './run.entity.js';
import { type SyncList } from './sync-list.entity.js';

/** The change that appends contact events; a dry run only collects them. */
export type AppendEvents = (
  events: readonly ContactEvent[],
  snapshots: readonly ContactSnapshot[],
) => Change[];

/** When inferred deletions wait for a person: above both the share of live contacts and the count. */
export interface DeletionGuard {
  /** 0 to 1. */
  readonly share: number;
  readonly count: number;
}

export interface RunSettings {
  /** Of the request parameters that the new sync token belongs to. */
  readonly requestFingerprint: string;
  /** null: inferred deletions are not held for their number. */
  readonly deletionGuard: DeletionGuard | null;
}

/** A run in the hands of the process that holds its account's lease. */
export interface RunContext {
  readonly em: SqlEntityManager;
  readonly lease: Lease;
  /** Run and list are moved on with each transaction; of no use any more after one that failed. */
  readonly run: Run;
  readonly list: SyncList;
  readonly tally: RunTally;
  readonly append: AppendEvents;
  readonly settings: RunSettings;
}
