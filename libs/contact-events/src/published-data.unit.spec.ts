import { describe, expect, it } from '@jest/globals';
import { type Contact } from '#contact';
import fc from 'fast-check';

import { canonicalJson, contactEventData } from './contact-event-data.js';
import { readContactEvent } from './contact-record.js';
import { created } from './given.spec.js';
import { LARGEST_VALUE_BYTES, publishedData } from './published-data.js';

const contact: Contact = {
  ...created({ names: [{ displayName: 'Ada', givenName: 'Ada' }] }).contact,
  id: '11111111-1111-5111-8111-111111111111',
  accountId: '22222222-2222-4222-8222-222222222222',
  resourceName: 'people/c1',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

const dataOf = (details: Partial<Contact>): string =>
  contactEventData({
    type: 'ContactUpdated',
    contactId: contact.id,
    accountId: contact.accountId,
    resourceName: contact.resourceName,
    version: 1,
    change: 'created',
    changedFields: [],
    contact: { ...contact, ...details },
    runId: '33333333-3333-4333-8333-333333333333',
    occurredAt: '2026-01-01T00:00:00.000Z',
  });

interface Published {
  truncatedFields?: string[];
  contact: Contact;
}
const published = (data: string): Published => JSON.parse(publishedData(data)) as Published;

describe('The data of an event on Kafka', () => {
  it('are those of the log, to the byte, up to 512 KiB', () => {
    const room = LARGEST_VALUE_BYTES - Buffer.byteLength(dataOf({ biography: '' }));
    const largest = dataOf({ biography: 'x'.repeat(room) });
    expect(Buffer.byteLength(largest)).toBe(LARGEST_VALUE_BYTES);
    expect(publishedData(largest)).toBe(largest);
    expect(published(dataOf({ biography: 'x'.repeat(room + 1) })).truncatedFields).toEqual([
      '/contact/biography',
    ]);
  });

  it('fit, have the longest text cut at a code point, and say which', () => {
    const data = dataOf({ biography: '🦊é'.repeat(150_000), displayName: 'Ada Lovelace' });
    const value = published(data);
    const size = Buffer.byteLength(publishedData(data));
    expect(size).toBeLessThanOrEqual(LARGEST_VALUE_BYTES);
    expect(size).toBeGreaterThan(LARGEST_VALUE_BYTES - 8);
    expect(value.truncatedFields).toEqual(['/contact/biography']);
    expect(value.contact.biography?.isWellFormed()).toBe(true);
    expect('🦊é'.repeat(150_000).startsWith(value.contact.biography ?? '')).toBe(true);
    expect(value.contact.displayName).toBe('Ada Lovelace');
    expect(readContactEvent('ContactUpdated', publishedData(data))).toMatchObject({ contactId: contact.id });
  });

  it('lose as few texts as they have to, the longest first', () => {
    const field = (key: string, length: number) => ({ key, value: 'v'.repeat(length) });
    const value = published(
      dataOf({ userDefined: [field('a/b', 300_000), field('c', 400_000), field('d', 200_000)] }),
    );
    expect(value.truncatedFields).toEqual(['/contact/userDefined/1/value']);
    expect(value.contact.userDefined[0]?.value).toHaveLength(300_000);
  });

  it('lose texts of what the contact was as well, but not its name', () => {
    const was = { biography: 'b'.repeat(600_000), resourceName: 'people/x' };
    const data = canonicalJson({ ...(JSON.parse(dataOf({ biography: 'now' })) as object), before: was });
    const value = JSON.parse(publishedData(data)) as { before: typeof was; truncatedFields: string[] };
    expect(value).toMatchObject({
      truncatedFields: ['/before/biography'],
      before: { resourceName: 'people/x' },
      contact: { biography: 'now' },
    });
    expect(value.before.biography.length).toBeGreaterThan(500_000);
  });

  it('are the same whenever they are asked for, and always fit', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 0, max: 10_000 }),
        text,
        fc.integer({ min: 0, max: 10_000 }),
        (a, m, b, n) => {
          const data = dataOf({
            biography: a.toWellFormed().repeat(m),
            nicknames: [b.toWellFormed().repeat(n)],
          });
          const once = publishedData(data);
          expect(Buffer.byteLength(once)).toBeLessThanOrEqual(LARGEST_VALUE_BYTES);
          expect(publishedData(data)).toBe(once);
          expect(publishedData(once)).toBe(once);
        },
      ),
      { numRuns: 30 },
    );
  });
});
