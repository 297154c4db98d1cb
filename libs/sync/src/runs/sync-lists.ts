import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type ListName, type SyncList, SyncListEntity } from './sync-list.entity.js';

/** The lists of accounts, for whoever looks at them. A list has a row from its first run on. */
export class SyncLists {
  constructor(private readonly em: SqlEntityManager) {}

  async find(accountId: string, list: ListName): Promise<SyncList | null> {
    return this.em.fork().findOne(SyncListEntity, { accountId, list });
  }

  async findEach(accountIds: readonly string[], list: ListName): Promise<SyncList[]> {
    return this.em.fork().find(SyncListEntity, { accountId: { $in: [...accountIds] }, list });
  }
}
