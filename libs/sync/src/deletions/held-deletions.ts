import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { cursorPart, decodeCursor, encodeCursor, type Page, type PageRequest } from '#platform';
import { z } from 'zod';

import { type HeldContact, heldContacts } from './held-deletions.sql.js';

const place = z.tuple([cursorPart.text, cursorPart.id]);

/** Deletions that wait for a person's word. */
export class HeldDeletions {
  constructor(private readonly em: SqlEntityManager) {}

  /** The contacts that a run holds, by resource name. @throws CodedError invalid-cursor */
  async of(runId: string, { limit, cursor }: PageRequest): Promise<Page<HeldContact>> {
    const behind = cursor === undefined ? null : decodeCursor(cursor, place);
    const found = await heldContacts(this.em.fork(), runId, { behind, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return {
      items,
      nextCursor: last === undefined ? null : encodeCursor([last.resourceName, last.contactId]),
    };
  }
}
