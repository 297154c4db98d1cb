import { describe, expect, it } from '@jest/globals';

import { type ContactDirectory, type ContactSnapshot, identify } from './index.js';
import { snapshot, person, type Ties } from './support/given.spec.js';

/** Contacts, and names or source ids that lead to another contact than the one that holds them. */
function directory(
  snapshots: readonly ContactSnapshot[],
  keys: Readonly<Record<string, string>> = {},
): ContactDirectory {
  const called = (id: string | undefined): ContactSnapshot | undefined =>
    snapshots.find((one) => one.contactId === id);
  return {
    byName: (name) =>
      called(keys[name.replace('people/', '')]) ?? snapshots.find((one) => one.resourceName === name),
    bySourceId: (id) => called(keys[id]) ?? snapshots.find((one) => one.sourceIds.includes(id)),
  };
}

/** Who each person turns out to be: `contact`, or `contact <- merged, merged`, or `new`. */
function who(persons: Readonly<Record<string, Ties>>, known: ContactDirectory): Record<string, string> {
  const page = Object.entries(persons).map(([name, ties]) => person(name, ties));
  const told = (order: typeof page): Record<string, string> => {
    const identified = identify(order, known);
    return Object.fromEntries(
      order.map(({ resourceName }, at) => {
        const { contact, merged } = identified[at] ?? { contact: null, merged: [] };
        const names = merged.map((one) => one.contactId).join(', ');
        return [
          resourceName.replace('people/', ''),
          `${contact?.contactId ?? 'new'}${names && ` <- ${names}`}`,
        ];
      }),
    );
  };
  const forwards = told(page);
  // Whatever is asked here, the order of the page says nothing.
  expect(told(page.toReversed())).toEqual(forwards);
  return forwards;
}

const A = snapshot('A', 'a', { sources: ['1'], since: 1 });
const B = snapshot('B', 'b', { sources: ['2'], since: 2 });

describe('One person', () => {
  it.each<[string, ContactSnapshot[], Ties, string]>([
    ['no contact that anything of it leads to', [B], { previous: ['x'], sources: ['9'] }, 'new'],
    ['a contact of its name', [A], {}, 'A'],
    ['a contact of its name with another source id', [A], { sources: ['9'] }, 'A'],
    ['a deleted contact of its name', [snapshot('A', 'a', { deleted: true })], {}, 'A'],
    [
      'a deleted contact of its name with another source id',
      [snapshot('A', 'a', { deleted: true, sources: ['1'] })],
      { sources: ['9'] },
      'A',
    ],
    ['a contact of a previous name', [B], { previous: ['b'] }, 'B'],
    ['a contact of the last in a chain of previous names', [B], { previous: ['y', 'x', 'b'] }, 'B'],
    ['a contact of a previous name with another source id', [B], { previous: ['b'], sources: ['9'] }, 'B'],
    [
      'a deleted contact of a previous name',
      [snapshot('B', 'b', { deleted: true })],
      { previous: ['b'] },
      'B',
    ],
    ['a contact that shows its source id', [B], { sources: ['2'] }, 'B'],
    [
      'a contact that shows one of its source ids',
      [snapshot('B', 'b', { sources: ['8', '2'] })],
      { sources: ['9', '2'] },
      'B',
    ],
    [
      'a deleted contact that showed its source id',
      [snapshot('B', 'b', { deleted: true, sources: ['2'] })],
      { sources: ['2'] },
      'new',
    ],
    [
      'a live contact of its source id and a deleted one of its name',
      [snapshot('A', 'a', { deleted: true }), B],
      { sources: ['2'] },
      'B',
    ],
    [
      'a live contact of its source id and a deleted one of a previous name',
      [snapshot('A', 'x', { deleted: true }), B],
      { previous: ['x'], sources: ['2'] },
      'B',
    ],
    [
      'a live contact of its name and a deleted one of a previous name',
      [A, snapshot('B', 'b', { deleted: true })],
      { previous: ['b'], sources: ['9'] },
      'A',
    ],
    [
      'a live contact of another source id under its name and its own deleted one',
      [A, snapshot('B', 'b', { deleted: true, sources: ['2'] })],
      { previous: ['b'], sources: ['2'] },
      'B',
    ],
    [
      'deleted contacts of its name and of a previous name',
      [snapshot('B', 'b', { deleted: true }), snapshot('A', 'a', { deleted: true, since: 3 })],
      { previous: ['b'] },
      'A',
    ],
    [
      'deleted contacts of two previous names',
      [snapshot('A', 'x', { deleted: true, since: 2 }), snapshot('B', 'b', { deleted: true, since: 1 })],
      { previous: ['x', 'b'] },
      'B',
    ],
  ])('given %s, when it is seen as a, then that decides who it is', (_, snapshots, ties, expected) => {
    expect(who({ a: ties }, directory(snapshots))).toEqual({ a: expected });
  });

  it('given a contact that left its name, when it is seen, then it is a new one', () => {
    expect(who({ a: {} }, directory([snapshot('A', 'z', { former: ['a'] })], { a: 'A' }))).toEqual({
      a: 'new',
    });
  });

  it('given a source id that leads to a contact which shows another one now, when it is seen, then it is a new one', () => {
    expect(who({ x: { sources: ['2'] } }, directory([A], { 2: 'A' }))).toEqual({ x: 'new' });
  });

  it('given a name that leads to the contact it was merged into, when a person lists it, then it is that contact', () => {
    expect(who({ x: { previous: ['b', 'a'] } }, directory([A], { b: 'A' }))).toEqual({ x: 'A' });
  });

  it('given a previous name whose contact took a name that the person never had, when its sources are others, then it is a new one', () => {
    const moved = snapshot('A', 'z', { sources: ['1'], former: ['a'] });
    expect(who({ x: { previous: ['a'], sources: ['9'] } }, directory([moved], { a: 'A' }))).toEqual({
      x: 'new',
    });
    expect(who({ x: { previous: ['a'] } }, directory([moved], { a: 'A' }))).toEqual({ x: 'A' });
    expect(who({ x: { previous: ['a', 'z'], sources: ['9'] } }, directory([moved], { a: 'A' }))).toEqual({
      x: 'A',
    });
    expect(who({ z: { previous: ['a'], sources: ['9'] } }, directory([moved], { a: 'A' }))).toEqual({
      z: 'A',
    });
  });
});

describe('A merge', () => {
  it('given a holder of its name that is someone else, when the holder bore a previous name, then that still tells of a merge', () => {
    const C = snapshot('C', 'c', { sources: ['3'], since: 3 });
    const bore = (sources: readonly string[]): ContactSnapshot =>
      snapshot('A', 'a', { sources, former: ['c'] });
    const persons = { a: { previous: ['c'], sources: ['2'] } };
    expect(who(persons, directory([bore(['1']), B, C]))).toEqual({ a: 'B <- C' });
    expect(who(persons, directory([bore([]), B, C]))).toEqual({ a: 'A <- B' });
  });

  it.each<[string, ContactSnapshot[], Ties, string]>([
    ['the holder of its name and of a previous name', [A, B], { previous: ['b'], sources: ['1'] }, 'A <- B'],
    [
      'a holder that is the younger one',
      [snapshot('A', 'a', { since: 9 }), snapshot('B', 'b')],
      { previous: ['b'] },
      'A <- B',
    ],
    [
      'contacts of two previous names',
      [B, snapshot('C', 'c', { since: 1 })],
      { previous: ['b', 'c'] },
      'C <- B',
    ],
    [
      'contacts of two previous names, as old as each other',
      [snapshot('C', 'c'), snapshot('B', 'b')],
      { previous: ['c', 'b'] },
      'B <- C',
    ],
    ['contacts of two source ids', [A, B], { sources: ['1', '2'] }, 'A <- B'],
    [
      'contacts of a previous name, a source id and its name',
      [A, B, snapshot('C', 'c', { sources: ['3'] })],
      { previous: ['c'], sources: ['1', '2'] },
      'A <- C, B',
    ],
    ['a holder without source ids', [snapshot('A', 'a'), B], { previous: ['b'], sources: ['2'] }, 'A <- B'],
    [
      'a live contact and a deleted one, older',
      [B, snapshot('C', 'c', { deleted: true })],
      { previous: ['b', 'c'] },
      'B',
    ],
  ])('given %s, when one person has it all, then the right one survives', (_, snapshots, ties, expected) => {
    expect(who({ a: ties }, directory(snapshots))).toEqual({ a: expected });
  });

  it('given a holder of its name whose source ids are others, when stronger evidence leads elsewhere, then that holder is left alone', () => {
    expect(who({ a: { sources: ['2'] } }, directory([A, B]))).toEqual({ a: 'B' });
    expect(who({ a: { previous: ['b'], sources: ['2'] } }, directory([A, B]))).toEqual({ a: 'B' });
    expect(who({ a: { previous: ['b'], sources: ['9'] } }, directory([A, B]))).toEqual({ a: 'B' });
  });

  it('given a contact that the page shows as another person, when a person lists its name, then it is not merged', () => {
    expect(who({ a: { previous: ['b'], sources: ['1'] }, b: { sources: ['2'] } }, directory([A, B]))).toEqual(
      {
        a: 'A',
        b: 'B',
      },
    );
  });

  it('given two persons that list its name, when one has a contact of its own, then the other is it', () => {
    const persons = { a: { previous: ['b'], sources: ['1'] }, d: { previous: ['b'], sources: ['9'] } };
    expect(who(persons, directory([A, B]))).toEqual({ a: 'A', d: 'B' });
  });

  it('given two persons that list the name of a deleted contact, when one has a live one, then the other restores it', () => {
    const persons = { a: { previous: ['b'], sources: ['1'] }, d: { previous: ['b'] } };
    expect(who(persons, directory([A, snapshot('B', 'b', { deleted: true })]))).toEqual({ a: 'A', d: 'B' });
  });
});

describe('A name that was borne before', () => {
  const swappedA = snapshot('A', 'b', { sources: ['1'], former: ['a'], since: 1 });
  const swappedB = snapshot('B', 'a', { sources: ['2'], former: ['b'], since: 2 });

  it('given two contacts that swapped names, when one is only edited, then the other is not merged into it', () => {
    expect(who({ b: { previous: ['a'], sources: ['1'] } }, directory([swappedA, swappedB]))).toEqual({
      b: 'A',
    });
    expect(who({ b: { previous: ['a'] } }, directory([swappedA, swappedB]))).toEqual({ b: 'A' });
  });

  it('given two contacts that swapped names, when they swap back, in one page or over two, then each keeps its own', () => {
    const back = { a: { previous: ['b'], sources: ['1'] }, b: { previous: ['a'], sources: ['2'] } };
    const known = directory([swappedA, swappedB]);
    expect(who(back, known)).toEqual({ a: 'A', b: 'B' });
    expect(who({ a: back.a }, known)).toEqual({ a: 'A' });
    expect(who({ b: back.b }, known)).toEqual({ b: 'B' });
  });

  it('given a contact that bears the name now, when the one that bore it is restored with another source, then it is restored', () => {
    const gone = [
      snapshot('A', 'a', { former: ['b'], deleted: true, since: 9 }),
      snapshot('B', 'b', { deleted: true }),
    ];
    expect(who({ a: { previous: ['b'], sources: ['9'] } }, directory(gone))).toEqual({ a: 'A' });
    const live = [snapshot('A', 'a', { former: ['b'], deleted: true, sources: ['1'] }), B];
    expect(who({ a: { previous: ['b'], sources: ['9'] } }, directory(live))).toEqual({ a: 'A' });
  });

  it('given a contact whose name another one bears now, when its person lists that name, then it is its own past', () => {
    const persons = { x: { previous: ['a', 'y'], sources: ['1'] } };
    expect(who(persons, directory([A, B], { a: 'B' }))).toEqual({ x: 'A' });
  });
});

describe('Two persons of a page', () => {
  it.each<[string, Ties, Ties]>([
    [
      'by previous names and source ids',
      { previous: ['a'], sources: ['1'] },
      { previous: ['b'], sources: ['2'] },
    ],
    ['by previous names alone', { previous: ['a'] }, { previous: ['b'] }],
    ['by source ids alone', { sources: ['1'] }, { sources: ['2'] }],
    ['one by a previous name, one by a source id', { previous: ['a'] }, { sources: ['2'] }],
  ])(
    'given two contacts, when the persons swapped names, told %s, then each keeps its contact',
    (_, b, a) => {
      expect(who({ b, a }, directory([A, B]))).toEqual({ b: 'A', a: 'B' });
    },
  );

  it('given two contacts that never showed a source id, when the persons swapped names, then each keeps its contact', () => {
    const plain = directory([snapshot('A', 'a'), snapshot('B', 'b')]);
    expect(who({ b: { previous: ['a'] }, a: { previous: ['b'] } }, plain)).toEqual({ b: 'A', a: 'B' });
  });

  it('given three contacts, when each person took the name of the next, then each keeps its contact', () => {
    const C = snapshot('C', 'c', { sources: ['3'] });
    const persons = { b: { previous: ['a'] }, c: { previous: ['b'] }, a: { previous: ['c'] } };
    expect(who(persons, directory([A, B, C]))).toEqual({ b: 'A', c: 'B', a: 'C' });
  });

  it.each<[string, Ties, Ties]>([
    ['it shows the source id', { sources: ['1'] }, { previous: ['a'], sources: ['9'] }],
    ['both show one of the source ids', { sources: ['1'] }, { previous: ['a'], sources: ['2'] }],
    ['neither shows a source id', {}, { previous: ['a'] }],
  ])(
    'given one contact, when its person is split and %s, then the holder of the name keeps it',
    (_, a, d) => {
      expect(who({ a, d }, directory([snapshot('A', 'a', { sources: ['1', '2'] })]))).toEqual({
        a: 'A',
        d: 'new',
      });
    },
  );

  it('given one contact, when its name is another person now, then the source id tells who it is', () => {
    expect(who({ a: { sources: ['9'] }, d: { previous: ['a'], sources: ['1'] } }, directory([A]))).toEqual({
      a: 'new',
      d: 'A',
    });
    expect(who({ a: { sources: ['9'] }, d: { previous: ['a'] } }, directory([A]))).toEqual({
      a: 'new',
      d: 'A',
    });
    expect(who({ a: { sources: ['9'] }, d: { sources: ['1'] } }, directory([A]))).toEqual({
      a: 'new',
      d: 'A',
    });
  });

  it('given one contact that both list as a previous name, when one shows its source id, then it is that one', () => {
    const persons = { c: { previous: ['a'], sources: ['9'] }, d: { previous: ['a'], sources: ['1'] } };
    expect(who(persons, directory([A]))).toEqual({ c: 'new', d: 'A' });
  });

  it('given one contact that both list as a previous name, when nothing else tells, then it is the first by name', () => {
    expect(who({ d: { previous: ['a'] }, c: { previous: ['a'] } }, directory([A]))).toEqual({
      c: 'A',
      d: 'new',
    });
  });

  it('given one contact whose source id both show, when one has its name, then it is that one', () => {
    expect(who({ a: { sources: ['1'] }, A: { previous: ['a'], sources: ['1'] } }, directory([A]))).toEqual({
      a: 'A',
      A: 'new',
    });
  });

  it('given a deleted contact, when one has its name and one had it, then the one that has it restores it', () => {
    const gone = directory([snapshot('A', 'a', { deleted: true, sources: ['1'] })]);
    expect(who({ a: {}, b: { previous: ['a'] } }, gone)).toEqual({ a: 'A', b: 'new' });
  });
});

describe('A contact that two persons of a page lead to', () => {
  it('given a deleted one, when the stronger claim is that of a person with a live one, then the other restores it', () => {
    const persons = { x: { previous: ['b'], sources: ['1', '2'] }, y: { previous: ['b'] } };
    const known = directory([A, snapshot('B', 'b', { deleted: true, sources: ['2'] })]);
    expect(who(persons, known)).toEqual({ x: 'A', y: 'B' });
  });

  it('given a name that was not remembered, when the previous name of its holder leads to it, then the holder keeps it', () => {
    const persons = { z: { previous: ['a'] }, c: { previous: ['z'] } };
    expect(who(persons, directory([snapshot('A', 'z')], { a: 'A' }))).toEqual({ z: 'A', c: 'new' });
  });
});

describe('A person that a page repeats', () => {
  it('given two contacts, when each copy leads to one of them, then all copies are the survivor', () => {
    const page = [
      person('a'),
      person('c'),
      person('a', { previous: ['b'] }),
      person('a', { sources: ['1'] }),
    ];
    expect(
      identify(page, directory([A, B])).map(({ contact, merged }) => [
        contact?.contactId,
        merged.map((one) => one.contactId),
      ]),
    ).toEqual([
      ['A', ['B']],
      [undefined, []],
      ['A', ['B']],
      ['A', ['B']],
    ]);
  });
});

describe('A contact that Google was asked for, and answered with a person', () => {
  const answered = (
    page: Readonly<Record<string, Ties>>,
    asked: Readonly<Record<string, ContactSnapshot[]>>,
    known: ContactDirectory,
  ): string[] => {
    const askedAbout = new Map(Object.entries(asked).map(([name, contacts]) => [`people/${name}`, contacts]));
    const persons = Object.entries(page).map(([name, ties]) => person(name, ties));
    return identify(persons, known, askedAbout).map(({ contact, merged }) =>
      [contact?.contactId ?? 'new', ...merged.map(({ contactId }) => contactId)].join(' <- '),
    );
  };

  it('is that person under its new name', () => {
    expect(answered({ x: { previous: ['a'] } }, { x: [A] }, directory([A]))).toEqual(['A']);
  });

  it('is merged into the contact that has the name already', () => {
    expect(answered({ b: { previous: ['a'], sources: ['2'] } }, { b: [A] }, directory([A, B]))).toEqual([
      'B <- A',
    ]);
  });

  it('is merged into it also where that one bore the asked name once', () => {
    const bearer = snapshot('B', 'b', { sources: ['2'], former: ['a'], since: 2 });
    expect(answered({ b: { previous: ['a'], sources: ['2'] } }, { b: [A] }, directory([A, bearer]))).toEqual([
      'B <- A',
    ]);
  });

  it('is merged into the contact of the person’s source where it has another one itself', () => {
    expect(answered({ a: { sources: ['2'] } }, { a: [A] }, directory([A, B]))).toEqual(['B <- A']);
  });

  it('is another person of the answers where that one is tied to it more strongly', () => {
    expect(answered({ x: {}, y: { sources: ['1'] } }, { x: [A] }, directory([A]))).toEqual(['new', 'A']);
  });

  it('is the person where nothing else leads to it', () => {
    expect(answered({ x: { sources: ['9'] } }, { x: [A, B] }, directory([A, B]))).toEqual(['A <- B']);
  });
});
