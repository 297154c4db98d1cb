import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { DETAIL_FIELDS, PERSON_FIELDS } from './index.js';
import { arbitraryFields, reordered } from './support/arbitrary-person.spec.js';
import { details } from './support/given.spec.js';

const primary = { metadata: { primary: true } };
const own = { metadata: { source: { type: 'CONTACT', id: '1' } } };
const profile = { metadata: { source: { type: 'PROFILE', id: '1' } } };

describe("A contact's details", () => {
  it('given a person with everything, when it is read, then everything is there', () => {
    const read = details({
      names: [
        {
          displayName: 'Dr. Ada King Lovelace PhD',
          givenName: 'Ada',
          familyName: 'Lovelace',
          middleName: 'King',
          honorificPrefix: 'Dr.',
          honorificSuffix: 'PhD',
        },
      ],
      nicknames: [{ value: 'Enchantress' }],
      emailAddresses: [{ ...primary, value: 'ada@example.org', type: 'work', formattedType: 'Work' }],
      phoneNumbers: [{ value: '06 12 34 56 78', canonicalForm: '+33612345678', type: 'mobile' }],
      organizations: [{ ...primary, name: 'Engines', title: 'Analyst', department: 'Notes' }],
      addresses: [
        {
          ...primary,
          formattedValue: '12 Square',
          type: 'home',
          streetAddress: '12 Square',
          extendedAddress: 'Flat 2',
          poBox: '7',
          city: 'London',
          region: 'Greater London',
          postalCode: 'SW1',
          country: 'United Kingdom',
          countryCode: 'GB',
        },
      ],
      birthdays: [{ date: { month: 12, day: 10 } }],
      urls: [{ value: 'https://example.org', type: 'homePage' }],
      relations: [{ person: 'William', type: 'spouse' }],
      events: [{ type: 'anniversary', date: { year: 1835, month: 7, day: 8 } }],
      imClients: [{ username: 'ada', protocol: 'jabber', type: 'home' }],
      userDefined: [{ key: 'Machine', value: 'Analytical' }],
      biographies: [{ value: 'Wrote notes.' }],
      photos: [{ url: 'https://example.org/ada.png' }],
      memberships: [{ contactGroupMembership: { contactGroupResourceName: 'contactGroups/myContacts' } }],
    });
    expect(read).toEqual({
      displayName: 'Dr. Ada King Lovelace PhD',
      givenName: 'Ada',
      familyName: 'Lovelace',
      middleName: 'King',
      honorificPrefix: 'Dr.',
      honorificSuffix: 'PhD',
      nicknames: ['Enchantress'],
      emailAddresses: [{ value: 'ada@example.org', type: 'work', primary: true }],
      phoneNumbers: [
        { value: '06 12 34 56 78', canonicalForm: '+33612345678', type: 'mobile', primary: false },
      ],
      organizations: [{ name: 'Engines', title: 'Analyst', department: 'Notes', primary: true }],
      addresses: [
        {
          formattedValue: '12 Square',
          type: 'home',
          streetAddress: '12 Square',
          extendedAddress: 'Flat 2',
          poBox: '7',
          city: 'London',
          region: 'Greater London',
          postalCode: 'SW1',
          country: 'United Kingdom',
          countryCode: 'GB',
          primary: true,
        },
      ],
      birthday: { year: null, month: 12, day: 10 },
      urls: [{ value: 'https://example.org', type: 'homePage', primary: false }],
      relations: [{ person: 'William', type: 'spouse' }],
      events: [{ type: 'anniversary', year: 1835, month: 7, day: 8 }],
      imClients: [{ username: 'ada', protocol: 'jabber', type: 'home' }],
      userDefined: [{ key: 'Machine', value: 'Analytical' }],
      biography: 'Wrote notes.',
      photoUrl: 'https://example.org/ada.png',
      groups: ['contactGroups/myContacts'],
    });
    expect(Object.keys(read)).toEqual([...DETAIL_FIELDS]);
  });

  it('given the fields that details are read from, when a request is made, then its mask asks for them and the metadata', () => {
    expect([...PERSON_FIELDS].sort()).toEqual([
      'addresses',
      'biographies',
      'birthdays',
      'emailAddresses',
      'events',
      'imClients',
      'memberships',
      'metadata',
      'names',
      'nicknames',
      'organizations',
      'phoneNumbers',
      'photos',
      'relations',
      'urls',
      'userDefined',
    ]);
  });

  it('given any person, when Google sends its items in another order, then its details are the same', () => {
    const twice = arbitraryFields.chain((fields) => fc.tuple(fc.constant(fields), reordered(fields)));
    fc.assert(
      fc.property(twice, ([fields, again]) => {
        expect(details(again)).toEqual(details(fields));
      }),
      { numRuns: 200 },
    );
  });

  it('given a primary item that comes last, when the person is read, then it comes first and is the primary one', () => {
    const items = [{ value: 'a' }, { value: 'b' }, { ...primary, value: 'c' }];
    const read = details({ emailAddresses: items, phoneNumbers: items, urls: items });
    for (const list of [read.emailAddresses, read.phoneNumbers, read.urls]) {
      expect(list.map((item) => [item.value, item.primary])).toEqual([
        ['c', true],
        ['a', false],
        ['b', false],
      ]);
    }
  });

  it('given items none of which is primary, when the person is read, then position makes none of them so', () => {
    const read = details({
      emailAddresses: [{ value: 'b' }, { value: 'a', metadata: { sourcePrimary: true } }],
      organizations: [{ name: 'b' }],
      addresses: [{ city: 'b', metadata: {} }],
    });
    expect(
      [...read.emailAddresses, ...read.organizations, ...read.addresses].map((item) => item.primary),
    ).toEqual([false, false, false, false]);
  });

  it('given items that say nothing, when the person is read, then they are dropped', () => {
    const nothing = [{}, { value: '', type: 'home' }, { value: '\u0000' }];
    expect(
      details({
        nicknames: nothing,
        emailAddresses: nothing,
        phoneNumbers: [{ canonicalForm: '+1', type: 'home' }],
        organizations: [{ ...primary }],
        addresses: [{ ...primary, type: 'home' }],
        birthdays: [{}, { date: {} }, { date: { year: 0, month: 0, day: 0 } }],
        urls: nothing,
        relations: [{ type: 'spouse' }],
        events: [{ type: 'anniversary' }, { type: 'anniversary', date: {} }],
        imClients: [{ protocol: 'jabber' }],
        userDefined: [{}],
        memberships: [{}, { contactGroupMembership: {} }, { domainMembership: { inViewerDomain: true } }],
      }),
    ).toEqual(details({}));
  });

  it.each([
    ['organizations', { name: 'x' }, { name: 'x', title: null, department: null, primary: false }],
    ['organizations', { title: 'x' }, { name: null, title: 'x', department: null, primary: false }],
    ['organizations', { department: 'x' }, { name: null, title: null, department: 'x', primary: false }],
    ['userDefined', { key: 'x' }, { key: 'x', value: '' }],
    ['userDefined', { value: 'x' }, { key: '', value: 'x' }],
    ['events', { date: { day: 8 } }, { type: null, year: null, month: null, day: 8 }],
    ['events', { date: { year: 8 } }, { type: null, year: 8, month: null, day: null }],
    ['events', { date: { month: 8 } }, { type: null, year: null, month: 8, day: null }],
  ] as const)(
    'given %s that say only a part, when the person is read, then they are kept',
    (field, item, expected) => {
      expect(details({ [field]: [item] })[field]).toEqual([expected]);
    },
  );

  it('given a date at the edges of what Google documents, when it is read, then it is kept', () => {
    const date = { year: 9999, month: 12, day: 31 };
    expect(details({ birthdays: [{ date }] }).birthday).toEqual(date);
  });

  it('given the same nickname and group twice, when the person is read, then each is there once, in order', () => {
    const memberships = ['g/2', 'g/1', 'g/2'].map((contactGroupResourceName) => ({
      contactGroupMembership: { contactGroupResourceName },
    }));
    const nicknames = [{ value: 'b' }, { value: 'a' }, { value: 'b' }];
    expect(details({ memberships, nicknames })).toMatchObject({
      groups: ['g/1', 'g/2'],
      nicknames: ['a', 'b'],
    });
  });

  it("given Google's default photo, when the person is read, then it has none", () => {
    expect(details({ photos: [{ ...primary, url: 'https://default', default: true }] }).photoUrl).toBeNull();
    expect(
      details({
        photos: [
          { url: 'https://default', default: true },
          { url: 'https://own', default: false },
        ],
      }).photoUrl,
    ).toBe('https://own');
  });
});

describe('Of several names, birthdays, biographies or photos', () => {
  const kinds = {
    names: (value: string) => ({ givenName: value }),
    biographies: (value: string) => ({ value }),
    photos: (url: string) => ({ url }),
  };
  const shown = (fields: object): (string | null)[] => {
    const { givenName, biography, photoUrl } = details(fields);
    return [givenName, biography, photoUrl];
  };
  const given = (...items: readonly (readonly [string, object])[]): object =>
    Object.fromEntries(
      Object.entries(kinds).map(([kind, item]) => [
        kind,
        items.map(([value, metadata]) => ({ ...item(value), ...metadata })),
      ]),
    );

  it('given a primary one, when the person is read, then it is shown wherever it stands', () => {
    expect(shown(given(['a', own], ['b', primary], ['c', own]))).toEqual(['b', 'b', 'b']);
  });

  it("given no primary one, when the person is read, then the contact's own is shown", () => {
    expect(shown(given(['a', profile], ['c', own], ['b', profile]))).toEqual(['c', 'c', 'c']);
  });

  it('given neither, when the person is read, then the order of the texts decides and not that of the list', () => {
    expect(shown(given(['b', {}], ['a', {}], ['c', {}]))).toEqual(['a', 'a', 'a']);
  });

  it('given a primary one that says nothing, when the person is read, then another is shown', () => {
    expect(shown(given(['', primary], ['b', {}]))).toEqual(['b', 'b', 'b']);
    expect(details({ birthdays: [primary, { date: { day: 1 } }] }).birthday).toMatchObject({ day: 1 });
    expect(
      details({ birthdays: [{ date: { day: 1 } }, { ...primary, date: { day: 2 } }] }).birthday,
    ).toMatchObject({ day: 2 });
  });

  it('given a name that is nothing but an honorific, when the person is read, then that is kept', () => {
    expect(details({ names: [{ honorificPrefix: 'Dr.' }] })).toMatchObject({
      honorificPrefix: 'Dr.',
      displayName: '',
    });
  });

  it("given names worded in another locale, when the person is read, then the same name's parts are shown", () => {
    const named = (first: string, second: string) =>
      details({
        names: [
          { displayName: first, givenName: 'Ada' },
          { displayName: second, givenName: 'Bea' },
        ],
      });
    expect([named('1', '2').givenName, named('2', '1').givenName]).toEqual(['Ada', 'Ada']);
  });
});

describe('A display name', () => {
  const organizations = [{ title: 'Analyst' }, { name: 'Works' }, { ...primary, name: 'Engines' }];
  const emailAddresses = [{ value: 'b@example.org' }, { ...primary, value: 'z@example.org' }];
  const phoneNumbers = [{ value: '2' }, { value: '1' }];
  const nicknames = [{ value: 'Zoe' }, { value: 'Eve' }];
  const all = { organizations, emailAddresses, phoneNumbers, nicknames };

  it.each([
    [
      "Google's",
      { ...all, names: [{ displayName: 'Ada L.', unstructuredName: 'x', givenName: 'y' }] },
      'Ada L.',
    ],
    ['the unstructured name', { ...all, names: [{ unstructuredName: 'Ada L.', givenName: 'y' }] }, 'Ada L.'],
    [
      "the name's parts",
      { ...all, names: [{ familyName: 'L.', middleName: 'K.', givenName: 'Ada', honorificPrefix: 'Dr.' }] },
      'Ada K. L.',
    ],
    ['what there is of its parts', { ...all, names: [{ familyName: 'L.', givenName: 'Ada' }] }, 'Ada L.'],
    [
      'the organisation, under an honorific alone',
      { ...all, names: [{ honorificPrefix: 'Dr.' }] },
      'Engines',
    ],
    ['the primary organisation', all, 'Engines'],
    [
      'an organisation behind a title',
      { organizations: [{ ...primary, title: 'Analyst' }, { name: 'Works' }] },
      'Works',
    ],
    ['the e-mail address', { ...all, organizations: [{ title: 'Analyst' }] }, 'z@example.org'],
    ['the phone number', { phoneNumbers, nicknames }, '1'],
    ['the nickname, in whatever order they come', { nicknames }, 'Eve'],
    ['a title', { organizations: [{ department: 'Notes' }, { title: 'Analyst' }] }, 'Analyst'],
    [
      'a title behind a department',
      { organizations: [{ ...primary, department: 'Notes' }, { title: 'Analyst' }] },
      'Analyst',
    ],
    ['nothing', { organizations: [{ department: 'Notes' }] }, ''],
  ])('given %s to make it from, when the person is read, then it is that', (_, fields, expected) => {
    expect(details(fields).displayName).toBe(expected);
  });
});
