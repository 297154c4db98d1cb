import { describe, expect, it } from '@jest/globals';

import { type ContactEvent, decidePage, type SeenPerson } from './index.js';
import { AddressBook } from './support/address-book.spec.js';
import { contextAt, person } from './support/given.spec.js';

const nobody = { contact: null, merged: [] };

function told(event: ContactEvent): string {
  return event.type === 'ContactUpdated'
    ? `${event.contactId} ${event.change} ${event.resourceName} v${event.version}`
    : `${event.contactId} ${event.reason} ${event.mergedInto ?? ''} v${event.version}`;
}

function named(givenName: string): object {
  return { names: [{ givenName }] };
}

describe('A page', () => {
  it('given no contacts, when it shows persons, then they are created in its order', () => {
    const book = new AddressBook();
    const decision = book.see(
      person('b', { sources: ['2'] }),
      person('a', { previous: ['x'], sources: ['1'] }),
    );
    expect(decision.events.map(told)).toEqual(['b created people/b v1', 'a created people/a v1']);
    expect(
      decision.snapshots.map((snapshot) => [snapshot.contactId, snapshot.sourceIds, snapshot.formerNames]),
    ).toEqual([
      ['b', ['2'], []],
      ['a', ['1'], ['people/x']],
    ]);
    expect([...decision.outcomes]).toEqual([
      ['b', 'created'],
      ['a', 'created'],
    ]);
    expect(decision.merges.size).toBe(0);
  });

  it('given contacts, when it shows them as they were, then it gives no event and no snapshot', () => {
    const book = new AddressBook();
    const persons = [person('a', { sources: ['1', '2'], previous: ['x'] }), person('b')];
    book.see(...persons);
    const decision = book.see(...persons, person('a', { sources: ['2', '1'], previous: ['x'] }));
    expect(decision).toMatchObject({ events: [], snapshots: [] });
    expect([...decision.outcomes]).toEqual([
      ['a', 'unchanged'],
      ['b', 'unchanged'],
    ]);
  });

  it.each([
    ['another source id', { sources: ['2'] }, { sourceIds: ['2'] }],
    ['one source id more', { sources: ['1', '2'] }, { sourceIds: ['1', '2'] }],
    ['no source id', { sources: [], previous: ['x'] }, { sourceIds: ['1'], formerNames: ['people/x'] }],
    ['a previous name', { sources: ['1'], previous: ['x'] }, { sourceIds: ['1'], formerNames: ['people/x'] }],
  ])(
    'given a contact, when it shows %s and nothing new, then the snapshot keeps it without an event',
    (_, ties, expected) => {
      const book = new AddressBook();
      book.see(person('a', { sources: ['1'] }));
      const decision = book.see(person('a', ties));
      expect(decision.events).toEqual([]);
      expect(decision.snapshots).toMatchObject([{ contactId: 'a', version: 1, ...expected }]);
    },
  );

  it('given a contact with two source ids, when it shows one of them, then it has that one', () => {
    const book = new AddressBook();
    book.see(person('a', { sources: ['1', '2'] }));
    expect(book.see(person('a', { sources: ['2'] })).snapshots).toMatchObject([{ sourceIds: ['2'] }]);
  });

  it('given a contact with two source ids, when it shows one of them and another, then it has those', () => {
    const book = new AddressBook();
    book.see(person('a', { sources: ['1', '2'] }));
    expect(book.see(person('a', { sources: ['2', '3'] })).snapshots).toMatchObject([
      { sourceIds: ['2', '3'] },
    ]);
  });

  it('given two contacts, when their persons swapped names, then both are renamed', () => {
    const book = new AddressBook();
    book.see(person('a', { sources: ['1'] }), person('b', { sources: ['2'] }));
    const swapped = [
      person('b', { previous: ['a'], sources: ['1'] }),
      person('a', { previous: ['b'], sources: ['2'] }),
    ];
    expect(book.see(...swapped).events.map(told)).toEqual(['a renamed people/b v2', 'b renamed people/a v2']);
    expect(book.see(...swapped).events).toEqual([]);
  });

  it.each([
    ['told by previous names', ['a'], ['b']],
    ['told by source ids alone', [], []],
  ])(
    'given two contacts, when their persons swapped names over two pages, %s, then both are renamed',
    (_, one, other) => {
      const book = new AddressBook();
      book.see(person('a', { sources: ['1'] }), person('b', { sources: ['2'] }));
      book.see(person('b', { previous: one, sources: ['1'] }));
      book.see(person('a', { previous: other, sources: ['2'] }));
      expect([book.contactOf('b'), book.contactOf('a')]).toEqual(['a', 'b']);
      expect(book.events.map(told).slice(2)).toEqual(['a renamed people/b v2', 'b renamed people/a v2']);

      book.see(person('b', { previous: ['a'], sources: ['1'] }, named('Ada')));
      expect(book.events.map(told).slice(4)).toEqual(['a updated people/b v3']);
    },
  );

  it('given a contact, when its person goes through a chain of names, then it stays the same contact', () => {
    const book = new AddressBook();
    book.see(person('a'));
    book.see(person('b', { previous: ['a'] }, named('Ada')));
    book.see(person('d', { previous: ['a', 'b', 'c'] }));
    expect(book.events).toMatchObject([
      { change: 'created', contactId: 'a' },
      { change: 'renamed', contactId: 'a', changedFields: ['resourceName', 'displayName', 'givenName'] },
      { change: 'renamed', contactId: 'a', resourceName: 'people/d', version: 3 },
    ]);
  });

  it('given two contacts, when one person is both, then the survivor is told first and the other merged into it', () => {
    const book = new AddressBook();
    book.see(person('a', { sources: ['1'] }), person('b', { sources: ['2'], previous: ['y'] }));
    const decision = book.see(person('a', { previous: ['b'], sources: ['1'] }, named('Ada')), person('c'));
    expect(decision.events.map(told)).toEqual([
      'a updated people/a v2',
      'b merged a v2',
      'c created people/c v1',
    ]);
    expect([...decision.merges]).toEqual([['b', 'a']]);
    expect([...decision.outcomes.keys()]).toEqual(['a', 'c']);
    expect(decision.snapshots).toMatchObject([
      { contactId: 'a', deleted: false, formerNames: ['people/b', 'people/y'] },
      { contactId: 'b', deleted: true },
      { contactId: 'c' },
    ]);
    expect(book.see(person('a', { previous: ['b'], sources: ['1'] }, named('Ada'))).events).toEqual([]);
  });

  it('given two contacts that one source after another shows to be one, when they are merged, then the name of the other is remembered', () => {
    const book = new AddressBook();
    book.see(person('a', { sources: ['1'] }), person('b', { sources: ['2'] }));
    expect(book.see(person('a', { sources: ['1', '2'] })).events.map(told)).toEqual(['b merged a v2']);
    expect(book.snapshots.get('a')?.formerNames).toEqual(['people/b']);
  });

  it('given a person that was split off, when only it is edited later, then the contact it came from is not merged', () => {
    const book = new AddressBook();
    book.see(person('a', { sources: ['1', '2'] }));
    book.see(person('a', { sources: ['1'] }), person('d', { previous: ['a'], sources: ['2'] }));
    const decision = book.see(person('d', { previous: ['a'], sources: ['2'] }, named('Ada')));
    expect(decision.events.map(told)).toEqual(['d updated people/d v2']);
  });

  it('given a deleted contact, when its name is seen with another source id, then it is restored', () => {
    const book = new AddressBook();
    book.see(person('a', { sources: ['1'] }));
    book.finish(['people/a'], false);
    book.finish(['people/a'], false);
    expect(book.see(person('a', { sources: ['2'] })).events.map(told)).toEqual(['a restored people/a v3']);
    expect(book.snapshots.get('a')?.sourceIds).toEqual(['2']);
  });

  it('given a contact that moved on, when its first name is another person, then that one gets another id', () => {
    const book = new AddressBook();
    book.see(person('a', { sources: ['1'] }));
    book.see(person('b', { sources: ['1'] }), person('a', { sources: ['2'] }));
    expect(book.events.map(told)).toEqual([
      'a created people/a v1',
      'a renamed people/b v2',
      'a#2 created people/a v1',
    ]);
  });
});

describe('A page that repeats a person', () => {
  const page = (...persons: readonly SeenPerson[]) =>
    decidePage(
      persons.map((seen) => ({ person: seen, identification: nobody, contactId: 'id' })),
      new Map(),
      contextAt(0),
    );

  it('given no contact, when it is decided, then it is created once, and changed by what differs', () => {
    const decision = page(person('a'), person('a'), person('a', {}, named('Ada')));
    expect(decision.events.map(told)).toEqual(['id created people/a v1', 'id updated people/a v2']);
    expect(decision.events[1]).toMatchObject({ before: { displayName: '', givenName: null } });
    expect(decision.snapshots).toMatchObject([{ contactId: 'id', version: 2 }]);
    expect([...decision.outcomes]).toEqual([['id', 'created']]);
  });

  it('given a merge in each copy, when it is decided, then the other is deleted once', () => {
    const book = new AddressBook();
    book.see(person('a'), person('b'));
    const [identification] = book.identify([person('a', { previous: ['b'] })]);
    const twice = [person('a'), person('a', {}, named('Ada'))].map((seen) => ({
      person: seen,
      identification: identification ?? nobody,
      contactId: 'a',
    }));
    const [created] = book.events;
    if (created?.type !== 'ContactUpdated') throw new Error('It was to be created');
    const decision = decidePage(twice, new Map([['a', created.contact]]), contextAt(0));
    expect(decision.events.map(told)).toEqual(['b merged a v2', 'a updated people/a v2']);
    expect([...decision.outcomes]).toEqual([['a', 'updated']]);
    expect(decision.snapshots.map((snapshot) => [snapshot.contactId, snapshot.version])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });
});
