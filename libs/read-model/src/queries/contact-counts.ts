import { type SqlEntityManager } from '@mikro-orm/postgresql';

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
    const counts = await this.em
      .fork()
      .find(ContactCountEntity, { tableName: LIVE_CONTACTS.table, accountId: { $in: [...accountIds] } });
    return new Map(counts.map(({ accountId, live }) => [accountId, live]));
  }
}
