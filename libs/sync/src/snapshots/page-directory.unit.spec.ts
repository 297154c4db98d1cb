import { describe, expect, it } from '@jest/globals';
import { type ContactSnapshot, type PersonIdentity, sourceKey } from '#contact';

import { soleContacts } from './page-directory.js';

const ACCOUNT = '00000000-0000-4000-8000-000000000001';
const idOf = (name: string) => `00000000-0000-4000-8000-0000000000${name.charCodeAt(0).toString(16)}`;

/** The contacts a, b, … under these names, each with a source id like its name in capitals. */
const snapshot = (name: string, is: Partial<ContactSnapshot> = {}): ContactSnapshot => ({
  contactId: idOf(name),
  accountId: ACCOUNT,
  resourceName: `people/${name}`,
  version: 1,
  deleted: false,
  sourceIds: [name.toUpperCase()],
  formerNames: [],
  fingerprint: '',
  lastEventAt: '2026-01-01T00:00:00.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
  ...is,
});
const person = (name: string, is: { sources?: string[]; previous?: string[] } = {}): PersonIdentity => ({
  resourceName: `people/${name}`,
  sourceIds: is.sources ?? [name.toUpperCase()],
  previousResourceNames: (is.previous ?? []).map((former) => `people/${former}`),
});

const SNAPSHOTS = [
  snapshot('a'),
  snapshot('b'),
  snapshot('d', { deleted: true }),
  snapshot('m', { resourceName: 'people/n' }),
];
const CONTACTS = new Map(
  SNAPSHOTS.flatMap((one) => {
    const contact = { snapshot: one, rawHash: null };
    return [one.resourceName, ...one.sourceIds.map(sourceKey)].map((key) => [key, contact] as const);
  }),
);
const N = CONTACTS.get('people/n');
if (N !== undefined) CONTACTS.set('people/m', N);
const A = CONTACTS.get('people/a');
if (A !== undefined) CONTACTS.set('people/y', A);

const sole = (...persons: PersonIdentity[]) =>
  soleContacts(persons, CONTACTS).map((contact) => contact?.snapshot.resourceName ?? null);

describe('Nothing is to be found out about a person', () => {
  it('whose contact lives under its name and is claimed by nobody else', () => {
    expect(sole(person('a'), person('b', { sources: [] }))).toEqual(['people/a', 'people/b']);
  });

  it.each<[string, PersonIdentity[], (string | null)[]]>([
    ['that is not known', [person('x')], [null]],
    ['whose contact was deleted', [person('d')], [null]],
    ['whose contact goes by another name now', [person('m')], [null]],
    ['that lists a previous name', [person('a', { previous: ['z'] })], [null]],
    ['that lists a previous name of its own', [person('a', { previous: ['y'] })], [null]],
    [
      'that shows a new source id, beside another person with the known one',
      [person('a', { sources: ['A', 'Z'] }), person('x', { sources: ['A'] })],
      [null, null],
    ],
    ['that shows a new source id', [person('a', { sources: ['A', 'Z'] })], [null]],
    ['that shows the source id of another contact', [person('a', { sources: ['B'] })], [null]],
    ['that the page repeats', [person('a'), person('a')], [null, null]],
    ['whose source id another person shows', [person('a'), person('x', { sources: ['A'] })], [null, null]],
    ['whose name another person left', [person('a'), person('x', { previous: ['a'] })], [null, null]],
  ])('but there is about one %s', (_, persons, expected) => {
    expect(sole(...persons)).toEqual(expected);
  });
});
