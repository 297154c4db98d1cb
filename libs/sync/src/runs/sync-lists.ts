import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, columnsOf, plainRows } from '#platform';

import { type ListName, type SyncList, SyncListEntity } from './sync-list.entity.js';

/** The lists of accounts, for whoever looks at them. A list has a row from its first run on. */
export class SyncLists {
  constructor(private readonly em: SqlEntityManager) {}

  async find(accountId: string, list: ListName): Promise<SyncList | null> {
    return this.em.fork().findOne(SyncListEntity, { accountId, list });
  }

  async findEach(accountIds: readonly string[], list: ListName): Promise<SyncList[]> {
    const em = this.em.fork();
    const rows = await boundSql(
      em,
      `select ${columnsOf(em, SyncListEntity, 'list')} from sync_lists list where account_id = any($1::uuid[]) and list = $2`,
      [accountIds, list],
    );
    return plainRows(em, SyncListEntity, rows);
  }
}
