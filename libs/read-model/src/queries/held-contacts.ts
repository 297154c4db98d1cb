import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { cursorPart, decodeCursor, type Page, pageOfRows, type PageRequest } from '#platform';
import { z } from 'zod';

import {
  countHeldByAge,
  countHeldByGroup,
  type HeldAges,
  type HeldContact,
  type HeldGroup,
  listHeld,
} from './held-contacts.sql.js';
import { type Regions } from './regions.js';
import { searchIn } from './search-in.js';

/** The run that holds contacts for a person to decide on. */
export interface HoldingRun {
  readonly id: string;
  readonly accountId: string;
}

/** What the contacts that a run holds have in common. */
export interface HeldSummary extends HeldAges {
  /** The labels that most of them have, with how many do; 10 at most. */
  readonly groups: readonly HeldGroup[];
}

const place = z.tuple([cursorPart.text, cursorPart.id]);

/** The contacts whose deletion a run holds for approval. */
export class HeldContacts {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly regions: Regions,
  ) {}

  /**
   * A page of them, by display name, then id. One that the read model does not have yet comes first, without a name.
   *
   * @param q as that of a list of contacts
   * @throws CodedError invalid-cursor
   */
  async list(
    { id, accountId }: HoldingRun,
    { q, limit, cursor }: PageRequest & { readonly q?: string | undefined },
  ): Promise<Page<HeldContact>> {
    const rows = await listHeld(this.em.fork(), id, {
      search: q === undefined ? null : await searchIn(this.regions, q, accountId),
      behind: cursor === undefined ? null : decodeCursor(cursor, place),
      limit: limit + 1,
    });
    const page = pageOfRows(rows, limit, ({ orderedBy, contactId }) => [orderedBy, contactId]);
    return { ...page, items: page.items.map(({ orderedBy: _, ...contact }) => contact) };
  }

  async summary({ id }: HoldingRun): Promise<HeldSummary> {
    const em = this.em.fork();
    return { ...(await countHeldByAge(em, id)), groups: await countHeldByGroup(em, id) };
  }
}
