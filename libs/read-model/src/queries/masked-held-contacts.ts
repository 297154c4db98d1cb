import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { cursorPart, decodeCursor, type Page, pageOfRows, type PageRequest } from '#platform';
import { z } from 'zod';

import { type HoldingRun } from './held-contacts.js';
import {
  countHeldByAge,
  type HeldAges,
  listMaskedHeld,
  type MaskedHeldContact,
} from './held-contacts.sql.js';

/** Not that of a list by name, whose cursor has two parts. */
const place = z.tuple([cursorPart.id]);

/** Held contacts for those who may not see what they say: by id, and without labels. */
export class MaskedHeldContacts {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError invalid-cursor */
  async list({ id }: HoldingRun, { limit, cursor }: PageRequest): Promise<Page<MaskedHeldContact>> {
    const behind = cursor === undefined ? null : decodeCursor(cursor, place)[0];
    const rows = await listMaskedHeld(this.em.fork(), id, { behind, limit: limit + 1 });
    return pageOfRows(rows, limit, ({ contactId }) => [contactId]);
  }

  async summary({ id }: HoldingRun): Promise<HeldAges & { readonly masked: true }> {
    return { masked: true, ...(await countHeldByAge(this.em.fork(), id)) };
  }
}
