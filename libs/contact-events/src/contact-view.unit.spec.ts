import { describe, expect, it } from '@jest/globals';
import { DETAIL_FIELDS } from '#contact';
import { z } from 'zod';

import { contactDetailsShape, foldContact } from './index.js';
import { contact, deleted, updated } from './given.spec.js';

const live = {
  ...contact,
  version: 2,
  deleted: false,
  deletedAt: null,
  deletedReason: null,
  syncedAt: updated.occurredAt,
};

describe('What is shown of a contact', () => {
  it('given nothing, when it is updated, then it is what the event carries', () => {
    expect(foldContact(null, updated)).toEqual(live);
  });

  it('given an earlier state, when it is updated, then nothing of that is left', () => {
    const before = {
      ...live,
      version: 1,
      biography: 'before',
      deleted: true,
      deletedReason: 'merged' as const,
    };
    expect(foldContact(before, updated)).toEqual(live);
  });

  it('given a contact, when it is deleted, then it says when and why, and what it was', () => {
    expect(foldContact(live, deleted)).toEqual({
      ...live,
      version: 3,
      deleted: true,
      deletedAt: deleted.occurredAt,
      deletedReason: 'merged',
      updatedAt: deleted.occurredAt,
      syncedAt: deleted.occurredAt,
    });
  });

  it('given a deleted contact, when it is restored, then it is live again', () => {
    const restored = { ...updated, change: 'restored' as const, version: 4 };
    expect(foldContact(foldContact(live, deleted), restored)).toEqual({ ...live, version: 4 });
  });

  it('given nothing that is known, when it is deleted, then it shows that and no details', () => {
    const view = foldContact(null, deleted);
    expect(view).toMatchObject({
      id: deleted.contactId,
      accountId: deleted.accountId,
      resourceName: deleted.resourceName,
      version: deleted.version,
      deleted: true,
      deletedAt: deleted.occurredAt,
      deletedReason: deleted.reason,
    });
    const { displayName, givenName, emailAddresses, birthday } = view;
    expect([displayName, givenName, emailAddresses, birthday]).toEqual(['', null, [], null]);
    const details = Object.fromEntries(DETAIL_FIELDS.map((field) => [field, view[field]]));
    expect(z.object(contactDetailsShape).safeParse(details)).toMatchObject({ success: true, data: details });
  });

  it('is called as its deletion calls it', () => {
    const renamed = { ...deleted, resourceName: 'people/renamed' };
    expect(foldContact(null, renamed).resourceName).toBe('people/renamed');
  });
});
