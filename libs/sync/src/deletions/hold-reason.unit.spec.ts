import { describe, expect, it } from '@jest/globals';

import { holdReason, type ListFacts, listIsWhole } from './hold-reason.js';

/** A list as long as Google said it would be, which left one of a thousand contacts out. */
const WHOLE: ListFacts = { absent: 1, live: 1_000, shown: 999, totalItems: 999, hasUnknownPerson: false };
const GUARD = { share: 0.2, count: 50 };
const NO_GUARD = null;

describe('Contacts that a complete list did not show, and that Google says are gone,', () => {
  it('are deleted at once when they are few', () => {
    expect(holdReason(WHOLE, GUARD)).toBeNull();
  });

  describe('wait for a person when there are many:', () => {
    it('more than the guard’s share of the live contacts and more than its count', () => {
      expect(holdReason({ ...WHOLE, absent: 201 }, GUARD)).toBe('deletion-guard');
    });

    it('more than the count alone is not many', () => {
      expect(holdReason({ ...WHOLE, absent: 51 }, GUARD)).toBeNull();
      expect(holdReason({ ...WHOLE, absent: 200 }, GUARD)).toBeNull();
    });

    it('more than the share alone is not many', () => {
      expect(holdReason({ ...WHOLE, absent: 10, live: 10 }, GUARD)).toBeNull();
      expect(holdReason({ ...WHOLE, absent: 50, live: 50 }, GUARD)).toBeNull();
      expect(holdReason({ ...WHOLE, absent: 51, live: 51 }, GUARD)).toBe('deletion-guard');
    });

    it('no number is too many with the guard off', () => {
      expect(holdReason({ ...WHOLE, absent: 1_000 }, NO_GUARD)).toBeNull();
    });
  });

  // These lists cannot be right, so it does not matter that the guard is off or that few are absent.
  describe.each([
    ['with the guard on', GUARD],
    ['with the guard off', NO_GUARD],
  ])('wait for a person when the list cannot be right, %s:', (_, guard) => {
    it('it was empty', () => {
      expect(holdReason({ ...WHOLE, shown: 0, totalItems: 0 }, guard)).toBe('empty-list');
      expect(holdReason({ ...WHOLE, shown: 0, totalItems: null }, guard)).toBe('empty-list');
    });

    it('it showed a person without a name, who could be any of them', () => {
      expect(holdReason({ ...WHOLE, hasUnknownPerson: true }, guard)).toBe('unknown-person');
    });

    it('but not for being longer or shorter than Google said', () => {
      expect(holdReason({ ...WHOLE, shown: 1_000, totalItems: 1 }, guard)).toBeNull();
      expect(holdReason({ ...WHOLE, shown: 1, totalItems: 1_000 }, guard)).toBeNull();
    });
  });

  it('wait for nobody when there are none, whatever the list', () => {
    const nobody = { ...WHOLE, absent: 0 };
    expect(holdReason({ ...nobody, shown: 0 }, GUARD)).toBeNull();
    expect(holdReason({ ...nobody, hasUnknownPerson: true }, GUARD)).toBeNull();
  });
});

describe('A complete list is whole', () => {
  it('when it is as long as Google said, however many it left out', () => {
    expect(listIsWhole(WHOLE)).toBe(true);
    expect(listIsWhole({ ...WHOLE, absent: 0 })).toBe(true);
    expect(listIsWhole({ ...WHOLE, absent: 1_000 })).toBe(true);
  });

  it.each([
    ['when it is empty', { shown: 0, totalItems: 0 }],
    ['when a person on it could be anybody', { hasUnknownPerson: true }],
    ['when it is shorter than Google said', { shown: 998, totalItems: 999 }],
  ])('but not %s, even if it left nobody out', (_, list) => {
    expect(listIsWhole({ ...WHOLE, ...list })).toBe(false);
    expect(listIsWhole({ ...WHOLE, ...list, absent: 0 })).toBe(false);
  });
});
