import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { cursorPart, decodeCursor, type Page, pageOfRows, type PageRequest } from '#platform';
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
    return pageOfRows(found, limit, ({ resourceName, contactId }) => [resourceName, contactId]);
  }
}
