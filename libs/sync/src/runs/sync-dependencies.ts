import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type PeopleSources } from '#google-people';
import { type Logger } from 'pino';

import { type Accounts } from '#accounts';
import { type DeletionGuard } from '../deletions/held-deletions.js';

/** What a run needs besides its own row. */
export class SyncDependencies {
  constructor(
    readonly em: SqlEntityManager,
    readonly accounts: Accounts,
    readonly sources: PeopleSources,
    /** null: switched off. */
    readonly deletionGuard: DeletionGuard | null,
    readonly log: Logger,
  ) {}
}
