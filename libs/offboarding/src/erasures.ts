import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type Erasure, ErasureEntity } from './erasure.entity.js';

/** Erasures, for whoever looks at them. */
export class Erasures {
  constructor(private readonly em: SqlEntityManager) {}

  /** The one that is going on. */
  async going(accountId: string): Promise<Erasure | null> {
    return this.em.fork().findOne(ErasureEntity, { accountId, finishedAt: null });
  }
}
