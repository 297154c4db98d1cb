import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type SeenPerson } from './index.js';
import { AddressBook } from './support/address-book.spec.js';
import { arbitraryFields } from './support/arbitrary-person.spec.js';
import { person } from './support/given.spec.js';

function named(givenName: string): object {
  return { names: [{ givenName }] };
}

describe('Any pages whatever', () => {
  const letters = (all: string, maxLength: number) =>
    fc.uniqueArray(fc.constantFrom(...all.split(' ')), { maxLength });
  const arbitraryPerson = fc
    .record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      previous: letters('a b c d e f x y', 3),
      sources: letters('1 2 3 4 5', 2),
      fields: fc.oneof(fc.constant({}), fc.constantFrom('Ada', 'Eva').map(named)),
    })
    .map(({ name, previous, sources, fields }) =>
      person(name, { sources, previous: previous.filter((former) => former !== name) }, fields),
    );
  const arbitraryPage = fc.array(arbitraryPerson, { maxLength: 6 });
  const pages = fc.array(fc.tuple(arbitraryPage, fc.nat(9)), { minLength: 1, maxLength: 6 });

  /** One in ten pages ends a full list. */
  const takeIn = (book: AddressBook, page: readonly SeenPerson[], end: number) => {
    const decision = book.see(...page);
    if (end === 0) book.finish([], true);
    return decision;
  };

  it('given any contacts, when a page shows any persons, then no contact is two persons, or one and merged', () => {
    fc.assert(
      fc.property(pages, arbitraryPage, (before, page) => {
        const book = new AddressBook();
        for (const [persons, end] of before) takeIn(book, persons, end);
        const names = new Map(page.map((seen, at) => [seen.resourceName, at]));
        const identified = book.identify(page).filter((_, at) => [...names.values()].includes(at));
        const used = identified.flatMap(({ contact, merged }) => [...(contact ? [contact] : []), ...merged]);
        expect(new Set(used.map((snapshot) => snapshot.contactId)).size).toBe(used.length);
        for (const { contact, merged } of identified) {
          expect(merged.filter((snapshot) => snapshot.deleted)).toEqual([]);
          if (merged.length > 0) expect(contact?.deleted).toBe(false);
        }
      }),
      { numRuns: 700 },
    );
  });

  it('given any contacts, when a page comes in another order, then each person is the same contact', () => {
    const shuffled = arbitraryPage.chain((page) =>
      fc.tuple(fc.constant(page), fc.shuffledSubarray(page, { minLength: page.length })),
    );
    fc.assert(
      fc.property(pages, shuffled, (before, [page, again]) => {
        const book = new AddressBook();
        for (const [persons, end] of before) takeIn(book, persons, end);
        const outcome = (order: readonly SeenPerson[]) =>
          new Map(
            book.identify(order).map((identification, at) => [order[at]?.resourceName, identification]),
          );
        expect(outcome(again)).toEqual(outcome(page));
      }),
      { numRuns: 500 },
    );
  });

  it('given any pages, when they are decided, then versions have no gap, each id is created once, and the log tells the snapshots', () => {
    fc.assert(
      fc.property(pages, (all) => {
        const book = new AddressBook();
        for (const [page, end] of all) {
          const { events, snapshots, outcomes } = takeIn(book, page, end);
          const touched = new Set(events.map((event) => event.contactId));
          const shown = new Set(page.map((seen) => seen.resourceName));
          expect(outcomes.size).toBe(shown.size);
          expect(new Set(snapshots.map((snapshot) => snapshot.contactId)).size).toBe(snapshots.length);
          expect(
            [...touched].filter((id) => !snapshots.some((snapshot) => snapshot.contactId === id)),
          ).toEqual([]);
          // A contact changes once a page at most.
          expect(touched.size).toBe(events.length);
        }
        for (const versions of book.versions()) expect(versions).toEqual(versions.map((_, at) => at + 1));
        const created = book.events.filter(
          (event) => event.type === 'ContactUpdated' && event.change === 'created',
        );
        expect(new Set(created.map((event) => event.contactId)).size).toBe(created.length);
        for (const [id, replayed] of book.replayed()) {
          const { sourceIds, formerNames, ...snapshot } = book.snapshots.get(id) ?? {};
          expect(replayed).toMatchObject(snapshot);
          expect(sourceIds).toBeDefined();
          expect(formerNames).toEqual(expect.arrayContaining([...(replayed?.formerNames ?? [])]));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('given any contacts, when the same page comes twice, then the second time there is no event and no snapshot', () => {
    fc.assert(
      fc.property(pages, (all) => {
        const book = new AddressBook();
        for (const [page, end] of all) {
          book.see(...page);
          expect(book.see(...page)).toMatchObject({ events: [], snapshots: [] });
          if (end === 0) book.finish([], true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('given any person, when it is seen, then its contact says what it says, and seen again there is no event', () => {
    fc.assert(
      fc.property(arbitraryFields, arbitraryFields, (first, second) => {
        const book = new AddressBook();
        for (const fields of [first, second]) {
          const seen = person('a', {}, fields);
          book.see(seen);
          expect(book.see(seen).events).toEqual([]);
        }
        const { fingerprint } = book.snapshots.get('a') ?? {};
        expect(book.replayed().get('a')).toMatchObject({ fingerprint });
      }),
      { numRuns: 300 },
    );
  });
});
