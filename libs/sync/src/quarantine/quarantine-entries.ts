import { type SqlEntityManager } from '@mikro-orm/postgresql';

import {
  type QuarantineEntry,
  QuarantineEntryEntity,
  type QuarantineState,
} from './quarantine-entry.entity.js';

/** The persons in quarantine, for people to look at. */
export class QuarantineEntries {
  constructor(private readonly em: SqlEntityManager) {}

  /** Newest first, without payloads. @param after an entry: only older ones */
  async list(filter: {
    accountId?: string | undefined;
    state?: QuarantineState | undefined;
    after?: { occurredAt: Date; id: string } | undefined;
    limit: number;
  }): Promise<QuarantineEntry[]> {
    return this.em.fork().find(
      QuarantineEntryEntity,
      {
        ...(filter.accountId === undefined ? {} : { accountId: filter.accountId }),
        ...(filter.state === undefined ? {} : { state: filter.state }),
        ...(filter.after === undefined
          ? {}
          : {
              $or: [
                { occurredAt: { $lt: filter.after.occurredAt } },
                { occurredAt: filter.after.occurredAt, id: { $lt: filter.after.id } },
              ],
            }),
      },
      { orderBy: { occurredAt: 'desc', id: 'desc' }, limit: filter.limit },
    );
  }

  /** With its payload. */
  async find(id: string): Promise<QuarantineEntry | null> {
    return this.em.fork().findOne(QuarantineEntryEntity, { id }, { populate: ['payload'] });
  }

  /** Nobody will replay it. @returns whether it was open */
  async discard(id: string): Promise<boolean> {
    const count = await this.em
      .fork()
      .nativeUpdate(QuarantineEntryEntity, { id, state: 'open' }, { state: 'discarded' });
    return count === 1;
  }
}
