import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type PeopleSources } from '#google-people';
import { type Logger } from 'pino';

import { type Accounts } from '../accounts/accounts.js';
import { type DeletionGuard } from './held-deletions.js';

/** What a run needs besides its own row. */
export class RunResources {
  constructor(
    readonly em: SqlEntityManager,
    readonly accounts: Accounts,
    readonly sources: PeopleSources,
    /** null: switched off. */
    readonly deletionGuard: DeletionGuard | null,
    readonly log: Logger,
  ) {}
}
