import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { cursorPart, decodeCursor, isUuid, pageOfRows, Turns } from '#platform';
import { z } from 'zod';

import { contactById } from './contact-by-id.sql.js';
import { type ContactOrder, listContacts } from './list-contacts.sql.js';
import { oneRegion, type Regions } from './regions.js';
import { searchIn } from './search-in.js';
import { type Found } from './search-contacts.sql.js';
import {
  type ContactPage,
  type ContactPageRequest,
  type ContactSort,
  type KnownContact,
  type ShownContacts,
} from './shown-contacts.js';

export interface ContactListRequest extends ContactPageRequest {
  /** Words, all of which must match names, organisations or e-mail addresses; or digits of a phone number. */
  readonly q?: string | undefined;
}

/** The last row of a page: the next page begins behind it, whatever has been added or removed before it. */
const PLACES = {
  displayName: z.tuple([cursorPart.text, cursorPart.id]),
  updatedAt: z.tuple([cursorPart.time, cursorPart.id]),
};

/** What REST asks the read model. Contacts come as they are stored: nobody has to read them and write them again. */
export class ContactQueries implements ShownContacts {
  private readonly searchesOfAll = new Turns(1);

  constructor(
    private readonly em: SqlEntityManager,
    private readonly regions: Regions = oneRegion(),
  ) {}

  /**
   * A page of contacts, by display name (in ICU's root order) unless told, then id.
   *
   * @throws CodedError invalid-cursor, too-many-searches
   */
  async list({
    q,
    sort = 'displayName',
    cursor,
    limit,
    ...request
  }: ContactListRequest): Promise<ContactPage> {
    const { accountId, includeDeleted } = request;
    const order = orderOf(sort);
    const rows = await listContacts(this.em.fork(), {
      accountId,
      includeDeleted: includeDeleted === true,
      order,
      behind: cursor === undefined ? null : decodeCursor(cursor, PLACES[order.by]),
      search: q === undefined ? null : await searchIn(this.regions, q, accountId),
      searchesOfAll: this.searchesOfAll,
      limit: limit + 1,
    });
    const { items, nextCursor } = pageOfRows(rows, limit, (last) => [keyOf(last, order), last.id]);
    return { items: items.map(({ document }) => document), nextCursor };
  }

  /** @returns null for a contact that is not known; a deleted one is */
  async get(id: string): Promise<KnownContact | null> {
    return isUuid(id) ? contactById(this.em.fork(), id) : null;
  }
}

function orderOf(sort: ContactSort): ContactOrder {
  return { by: sort.endsWith('updatedAt') ? 'updatedAt' : 'displayName', descending: sort.startsWith('-') };
}

function keyOf({ key }: Found, { by }: ContactOrder): string {
  return by === 'updatedAt' ? new Date(key).toISOString() : key;
}
