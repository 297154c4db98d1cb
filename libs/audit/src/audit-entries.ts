import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { newestFirst, type Page, type PageRequest } from '#platform';

import {
  type ActorKind,
  type AuditEntry,
  AuditEntryEntity,
  type AuditOutcome,
} from './audit-entry.entity.js';

/** What is left out narrows nothing. */
export interface AuditFilter {
  readonly accountId?: string | undefined;
  readonly actorKind?: ActorKind | undefined;
  readonly actorName?: string | undefined;
  readonly action?: string | undefined;
  /** null: not known. */
  readonly outcome?: AuditOutcome | null | undefined;
  /** Included. */
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
}

/** How many entries of an export are held at a time. */
const ENTRIES_A_PAGE = 1_000;

/** The entries, for people to look at. */
export class AuditEntries {
  constructor(private readonly em: SqlEntityManager) {}

  /** Newest first. @throws CodedError invalid-cursor */
  async list({ from, to, ...equal }: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>> {
    const occurredAt = {
      ...(from === undefined ? {} : { $gte: from }),
      ...(to === undefined ? {} : { $lt: to }),
    };
    return newestFirst(
      this.em.fork(),
      AuditEntryEntity,
      { ...equal, ...(Object.keys(occurredAt).length === 0 ? {} : { occurredAt }) },
      { occurredAt: 'desc', id: 'desc' },
      page,
    );
  }

  /** All of them, newest first, a page at a time: neither memory nor a connection is held meanwhile. */
  async *all(filter: AuditFilter): AsyncGenerator<readonly AuditEntry[]> {
    for (let cursor: string | undefined; ;) {
      const { items, nextCursor } = await this.list(filter, { limit: ENTRIES_A_PAGE, cursor });
      yield items;
      if (nextCursor === null) return;
      cursor = nextCursor;
    }
  }
}
