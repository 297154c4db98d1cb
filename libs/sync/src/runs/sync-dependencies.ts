import { type AccountGrants } from '#accounts';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type PeopleSources } from '#google-people';
import { type Logger } from 'pino';

import { type DeletionGuard } from './run-context.js';

/** What syncs are carried out with. */
export class SyncDependencies {
  constructor(
    readonly em: SqlEntityManager,
    readonly grants: AccountGrants,
    readonly sources: PeopleSources,
    readonly deletionGuard: DeletionGuard | null,
    readonly log: Logger,
  ) {}
}
