import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';

import { contactEventData, readContactEvent } from './index.js';
import { created, deleted, updated } from './given.spec.js';

/** The same value with the members of every object in another order. */
function turnedRound<T>(value: T): T {
  if (Array.isArray(value)) return value.map(turnedRound) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, turnedRound<unknown>(member)] as const);
  return Object.fromEntries(entries.reverse()) as T;
}

describe("An event's data", () => {
  it.each([
    ['an update', updated],
    ['a deletion', deleted],
  ])('given %s, when its members come in another order, then its bytes are the same', (_, event) => {
    expect(JSON.stringify(turnedRound(event))).not.toBe(JSON.stringify(event));
    expect(contactEventData(turnedRound(event))).toBe(contactEventData(event));
  });

  it('given a deletion, when it is written, then it is canonical JSON of everything but its type', () => {
    expect(contactEventData(deleted)).toBe(
      '{"accountId":"0f2c4a52-4c43-4c3b-9d5e-6d2f6a1b7c10","contactId":"5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a11",' +
        '"mergedInto":"5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a12","occurredAt":"2025-01-03T00:00:00.000Z","reason":"merged",' +
        '"resourceName":"people/a","runId":"7a1f0a2e-0f5b-4d3c-8a55-0f3f5c0e6a13","version":3}',
    );
  });

  it('given lists, when it is written, then they keep their order', () => {
    const swapped = { ...updated, contact: { ...updated.contact, nicknames: ['b', 'a'] } };
    expect(contactEventData(swapped)).toContain('"nicknames":["b","a"]');
  });

  it('given any person that is understood, when its event is written and read, then it is canonical JSON, fits the schema and is the same', () => {
    const text = fc.string({ unit: 'binary' });
    const part = (max: number) => fc.integer({ min: 0, max });
    const date = fc.record({ year: part(9999), month: part(12), day: part(31) }, { requiredKeys: [] });
    const updateTime = fc.oneof(
      fc.date({ noInvalidDate: true }).map((time) => time.toISOString()),
      fc.constantFrom(
        '9999-12-31T23:59:59-12:00',
        '0000-01-01T00:00:00+12:00',
        '2023-02-24T16:40:20.181599Z',
      ),
    );
    const fields = fc.record({
      metadata: fc.record({ sources: fc.array(fc.record({ type: fc.constant('CONTACT'), updateTime })) }),
      names: fc.array(fc.record({ displayName: text, givenName: text })),
      biographies: fc.array(fc.record({ value: text })),
      userDefined: fc.array(fc.record({ key: text, value: text })),
      addresses: fc.array(fc.record({ formattedValue: text, city: text })),
      birthdays: fc.array(fc.record({ date })),
      events: fc.array(fc.record({ type: text, date })),
    });
    fc.assert(
      fc.property(fields, (person) => {
        const event = created(person);
        const { type, ...content } = event;
        const data = contactEventData(event);
        expect(data).toBe(canonicalize(content));
        expect(readContactEvent(type, data)).toEqual(event);
      }),
      { numRuns: 200 },
    );
  });
});
