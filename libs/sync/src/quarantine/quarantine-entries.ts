import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError, isUuid, newestFirst, type Page, type PageRequest } from '#platform';

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
    const orderBy = { occurredAt: 'desc', id: 'desc' } as const;
    return newestFirst(this.em.fork(), QuarantineEntryEntity, { accountId, state }, orderBy, page);
  }

  /** With its payload. */
  async find(id: string): Promise<QuarantineEntry | null> {
    if (!isUuid(id)) return null;
    return this.em.fork().findOne(QuarantineEntryEntity, { id }, { populate: ['payload'] });
  }

  async accountOf(id: string): Promise<string | null> {
    return (await this.find(id))?.accountId ?? null;
  }

  /** With its payload. @throws CodedError quarantine-entry-not-found */
  async get(id: string): Promise<QuarantineEntry> {
    const entry = await this.find(id);
    if (entry === null) {
      throw new CodedError('quarantine-entry-not-found', `There is no quarantine entry ${id}.`);
    }
    return entry;
  }
}

/** What whoever wants to do something about an entry is told when it is not open any more. */
export function closedAlready({ state }: QuarantineEntry): CodedError {
  return new CodedError(
    state,
    state === 'superseded'
      ? 'The person was seen, changed or deleted since; what is stored here is older.'
      : `The entry is ${state} already.`,
  );
}
