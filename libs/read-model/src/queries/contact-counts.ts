import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, columnsOf, plainRows } from '#platform';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { ContactCountEntity } from '../projection/contact-count.entity.js';

/** How many contacts are not deleted. */
export class ContactCounts {
  constructor(private readonly em: SqlEntityManager) {}

  async of(accountId: string): Promise<number> {
    return (await this.ofEach([accountId])).get(accountId) ?? 0;
  }

  /** @returns accounts that have any */
  async ofEach(accountIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const em = this.em.fork();
    const rows = await boundSql(
      em,
      `select ${columnsOf(em, ContactCountEntity, 'counted')} from contact_counts counted
       where table_name = $1 and account_id = any($2::uuid[])`,
      [LIVE_CONTACTS.table, accountIds],
    );
    return new Map(plainRows(em, ContactCountEntity, rows).map(({ accountId, live }) => [accountId, live]));
  }
}
