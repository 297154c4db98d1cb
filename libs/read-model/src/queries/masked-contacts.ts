import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError, cursorPart, decodeCursor, isUuid, type ListOrder } from '#platform';
import { z } from 'zod';

import { type Contact, ContactEntity, LIVE, SHOWN } from '../projection/contact.entity.js';
import { maskedDocument } from './masked-document.js';
import {
  type ContactPage,
  type ContactPageRequest,
  type ContactSort,
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

/** Its cursor is not that of a list by name, which has two parts. */
const BY_ID: ListOrder<Contact> = { orderBy: { id: 'asc' }, place: z.tuple([cursorPart.id]) };

const byTime = z.tuple([cursorPart.time, cursorPart.id]);

/** Contacts for those who may not see what they say. They come by id or time: an order by name would tell of the names. */
export class MaskedContacts implements ShownContacts {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError invalid-cursor; scope-missing where they are to come by name */
  async list({ sort, limit, cursor, ...request }: ContactPageRequest): Promise<ContactPage> {
    const { orderBy, place } = orderOf(sort);
    if (cursor !== undefined) decodeCursor(cursor, place);
    const page = await this.em.fork().findByCursor(ContactEntity, {
      where: {
        ...(request.includeDeleted === true ? SHOWN : LIVE),
        ...(request.accountId === undefined ? {} : { accountId: request.accountId }),
      },
      fields: FIELDS,
      orderBy,
      first: limit,
      ...(cursor === undefined ? {} : { after: cursor }),
      includeCount: false,
    });
    return { items: page.items.map(maskedDocument), nextCursor: page.hasNextPage ? page.endCursor : null };
  }

  async get(id: string): Promise<KnownContact | null> {
    if (!isUuid(id)) return null;
    const contact = await this.em.fork().findOne(ContactEntity, { ...SHOWN, id }, { fields: FIELDS });
    return contact === null ? null : { accountId: contact.accountId, document: maskedDocument(contact) };
  }
}

function orderOf(sort: ContactSort | undefined): ListOrder<Contact> {
  switch (sort) {
    case undefined:
      return BY_ID;
    case 'updatedAt':
      return { orderBy: { updatedAt: 'asc', id: 'asc' }, place: byTime };
    case '-updatedAt':
      return { orderBy: { updatedAt: 'desc', id: 'desc' }, place: byTime };
    default:
      throw new CodedError(
        'scope-missing',
        'Without the scope read, contacts do not come by name; leave sort out, or sort by updatedAt.',
      );
  }
}
