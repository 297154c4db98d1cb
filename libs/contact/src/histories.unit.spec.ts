import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type SeenPerson } from './index.js';
import { AddressBook } from './support/address-book.spec.js';
import { GoogleModel } from './support/google-model.spec.js';

const at = fc.nat(30);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('create' as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('edit' as const), at }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('touch' as const), at }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('rename' as const), at, tombstone: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('swap' as const), at, to: at }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('merge' as const), at, to: at, tombstone: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('delete' as const), at }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('restore' as const), at, fresh: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('sync' as const),
      full: fc.boolean(),
      pageSize: fc.integer({ min: 1, max: 5 }),
      start: fc.nat(7),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Google and the book of its contacts, going through a history. */
class World {
  private readonly google = new GoogleModel();
  private readonly book = new AddressBook();
  private readonly contactOfPerson = new Map<number, string>();

  take(next: Step): void {
    switch (next.what) {
      case 'create':
        this.google.create();
        break;
      case 'edit':
        this.google.edit(next.at);
        break;
      case 'touch':
        this.google.touch(next.at);
        break;
      case 'rename':
        this.google.rename(next.at, next.tombstone);
        break;
      case 'swap':
        this.google.swap(next.at, next.to);
        break;
      case 'merge':
        this.google.merge(next.at, next.to, next.tombstone);
        break;
      case 'delete':
        this.google.delete(next.at);
        break;
      case 'restore':
        this.google.restore(next.at, next.fresh);
        break;
      case 'sync':
        this.sync(next.full, next.pageSize, next.start);
        break;
    }
  }

  /** @returns how many events it gave */
  sync(full: boolean, pageSize: number, start: number): number {
    const before = this.book.events.length;
    const { persons, tombstones } = full ? this.google.all() : this.google.changes();
    for (const page of pages(persons, pageSize, start)) this.book.see(...page);
    this.book.finish(tombstones, full);
    this.check();
    return this.book.events.length - before;
  }

  private check(): void {
    const state = this.google.state();
    const told = this.book.folded();
    const biographies = new Map([...told].map(([name, { biography }]) => [name, biography]));
    expect(biographies).toEqual(new Map([...state].map(([name, { biography }]) => [name, biography])));
    for (const [name, { who }] of state) {
      const id = told.get(name)?.id ?? '';
      expect([name, id]).toEqual([name, this.contactOfPerson.get(who) ?? id]);
      this.contactOfPerson.set(who, id);
    }
    expect(new Set(this.contactOfPerson.values()).size).toBe(this.contactOfPerson.size);
    for (const versions of this.book.versions())
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    for (const [id, replayed] of this.book.replayed()) {
      const { version, deleted, resourceName, fingerprint } = this.book.snapshots.get(id) ?? {};
      expect(replayed).toMatchObject({ version, deleted, resourceName, fingerprint });
    }
  }
}

/** In pages, from somewhere in the middle on, so that either of two persons may come first. */
function pages(persons: readonly SeenPerson[], size: number, start: number): SeenPerson[][] {
  const middle = start % Math.max(1, persons.length);
  const turned = [...persons.slice(middle), ...persons.slice(0, middle)];
  return Array.from({ length: Math.ceil(turned.length / size) }, (_, page) =>
    turned.slice(page * size, (page + 1) * size),
  );
}

describe('A history of creations, edits, renames, swaps, merges, deletions and restorations', () => {
  it('given any, when it is synced in any pages, then the log tells what Google has, each person under one id', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const world = new World();
        for (const next of steps) world.take(next);
        world.sync(false, 2, 0);
        expect(world.sync(true, 3, 1)).toBe(0);
      }),
      { numRuns: 700 },
    );
  });
});
