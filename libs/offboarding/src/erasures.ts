import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type Erasure, ErasureEntity } from './erasure.entity.js';

/** Erasures, for whoever looks at them. */
export class Erasures {
  constructor(private readonly em: SqlEntityManager) {}

  /** Those that are going on. */
  async going(accountIds: readonly string[]): Promise<Erasure[]> {
    if (accountIds.length === 0) return [];
    return this.em.fork().find(ErasureEntity, { accountId: { $in: [...accountIds] }, finishedAt: null });
  }
}
