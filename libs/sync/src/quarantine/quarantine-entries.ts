import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { newestFirst, type Page, type PageRequest } from '#platform';

import {
  type QuarantineEntry,
  QuarantineEntryEntity,
  type QuarantineState,
} from './quarantine-entry.entity.js';

/** The persons in quarantine, for people to look at. */
export class QuarantineEntries {
  constructor(private readonly em: SqlEntityManager) {}

  /** Newest first, without payloads. @throws CodedError invalid-cursor */
  async list({
    accountId,
    state,
    ...page
  }: PageRequest & {
    readonly accountId?: string | undefined;
    readonly state?: QuarantineState | undefined;
  }): Promise<Page<QuarantineEntry>> {
    const where = {
      ...(accountId === undefined ? {} : { accountId }),
      ...(state === undefined ? {} : { state }),
    };
    const orderBy = { occurredAt: 'desc', id: 'desc' } as const;
    return newestFirst(this.em.fork(), QuarantineEntryEntity, where, orderBy, page);
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
