import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { cursorPart, decodeCursor, isUuid, pageOfRows } from '#platform';
import { z } from 'zod';

import { ContactEntity, LIVE, SHOWN } from '../projection/contact.entity.js';
import { maskedDocument } from './masked-document.js';
import {
  type ContactPage,
  type ContactPageRequest,
  type KnownContact,
  type ShownContacts,
} from './shown-contacts.js';

/** All that is selected: nothing that a contact says, and nothing made from it. */
const FIELDS = [
  'id',
  'accountId',
  'resourceName',
  'version',
  'deleted',
  'deletedAt',
  'deletedReason',
  'updatedAt',
  'syncedAt',
] as const;

/** Not that of a list by name, whose cursor has two parts. */
const place = z.tuple([cursorPart.id]);

/** Contacts for those who may not see what they say. They come by id: an order by name would tell of the names. */
export class MaskedContacts implements ShownContacts {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError invalid-cursor */
  async list({ accountId, includeDeleted, limit, cursor }: ContactPageRequest): Promise<ContactPage> {
    const where = {
      ...(includeDeleted === true ? SHOWN : LIVE),
      ...(accountId === undefined ? {} : { accountId }),
      ...(cursor === undefined ? {} : { id: { $gt: decodeCursor(cursor, place)[0] } }),
    };
    const options = { fields: FIELDS, orderBy: { id: 'asc' }, limit: limit + 1 } as const;
    const rows = await this.em.fork().find(ContactEntity, where, options);
    const { items, nextCursor } = pageOfRows(rows, limit, ({ id }) => [id]);
    return { items: items.map(maskedDocument), nextCursor };
  }

  async get(id: string): Promise<KnownContact | null> {
    if (!isUuid(id)) return null;
    const contact = await this.em.fork().findOne(ContactEntity, { ...SHOWN, id }, { fields: FIELDS });
    return contact === null ? null : { accountId: contact.accountId, document: maskedDocument(contact) };
  }
}
