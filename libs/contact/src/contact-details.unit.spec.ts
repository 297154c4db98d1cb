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
          phoneticFullName: 'eida lavleis',
          phoneticGivenName: 'eida',
          phoneticFamilyName: 'lavleis',
          phoneticMiddleName: 'king',
          phoneticHonorificPrefix: 'dokta',
          phoneticHonorificSuffix: 'pi eitsch di',
        },
      ],
      fileAses: [{ value: 'Lovelace, Ada' }],
      nicknames: [{ value: 'Enchantress' }],
      emailAddresses: [
        {
          ...primary,
          value: 'ada@example.org',
          type: 'work',
          formattedType: 'Work',
          displayName: 'Countess',
        },
      ],
      phoneNumbers: [{ value: '06 12 34 56 78', canonicalForm: '+33612345678', type: 'mobile' }],
      organizations: [
        {
          ...primary,
          name: 'Engines',
          title: 'Analyst',
          department: 'Notes',
          phoneticName: 'endschins',
          jobDescription: 'Analyses',
          symbol: 'ENG',
          domain: 'engines.example',
          location: 'Second floor',
          type: 'work',
          startDate: { year: 1833, month: 6 },
          endDate: { year: 1852 },
          current: true,
          costCenter: '7',
        },
      ],
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
      birthdays: [{ date: { month: 12, day: 10 }, text: '10 December' }],
      genders: [{ value: 'female', formattedValue: 'Female', addressMeAs: 'she' }],
      urls: [{ value: 'https://example.org', type: 'homePage' }],
      relations: [{ person: 'William', type: 'spouse' }],
      events: [{ type: 'anniversary', date: { year: 1835, month: 7, day: 8 } }],
      imClients: [{ username: 'ada', protocol: 'jabber', type: 'home' }],
      sipAddresses: [{ value: 'sip:ada@example.org', type: 'work' }],
      calendarUrls: [{ url: 'https://example.org/cal', type: 'freeBusy' }],
      occupations: [{ value: 'mathematician' }],
      interests: [{ value: 'flight' }],
      locales: [{ value: 'en-GB' }],
      locations: [{ value: 'London', type: 'grewUp' }],
      externalIds: [{ value: '4711', type: 'customer' }],
      miscKeywords: [{ value: '12 km', type: 'OUTLOOK_MILEAGE' }],
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
      phoneticFullName: 'eida lavleis',
      phoneticGivenName: 'eida',
      phoneticFamilyName: 'lavleis',
      phoneticMiddleName: 'king',
      phoneticHonorificPrefix: 'dokta',
      phoneticHonorificSuffix: 'pi eitsch di',
      fileAs: 'Lovelace, Ada',
      nicknames: ['Enchantress'],
      emailAddresses: [{ value: 'ada@example.org', type: 'work', displayName: 'Countess', primary: true }],
      phoneNumbers: [
        { value: '06 12 34 56 78', canonicalForm: '+33612345678', type: 'mobile', primary: false },
      ],
      organizations: [
        {
          name: 'Engines',
          title: 'Analyst',
          department: 'Notes',
          phoneticName: 'endschins',
          jobDescription: 'Analyses',
          symbol: 'ENG',
          domain: 'engines.example',
          location: 'Second floor',
          type: 'work',
          startDate: { year: 1833, month: 6, day: null },
          endDate: { year: 1852, month: null, day: null },
          current: true,
          primary: true,
        },
      ],
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
      gender: { value: 'female', addressMeAs: 'she' },
      urls: [{ value: 'https://example.org', type: 'homePage', primary: false }],
      relations: [{ person: 'William', type: 'spouse' }],
      events: [{ type: 'anniversary', year: 1835, month: 7, day: 8 }],
      imClients: [{ username: 'ada', protocol: 'jabber', type: 'home' }],
      sipAddresses: [{ value: 'sip:ada@example.org', type: 'work', primary: false }],
      calendarUrls: [{ value: 'https://example.org/cal', type: 'freeBusy', primary: false }],
      occupations: ['mathematician'],
      interests: ['flight'],
      locales: ['en-GB'],
      locations: [{ value: 'London', type: 'grewUp' }],
      externalIds: [{ value: '4711', type: 'customer' }],
      miscKeywords: [{ value: '12 km', type: 'OUTLOOK_MILEAGE' }],
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
      'calendarUrls',
      'emailAddresses',
      'events',
      'externalIds',
      'fileAses',
      'genders',
      'imClients',
      'interests',
      'locales',
      'locations',
      'memberships',
      'metadata',
      'miscKeywords',
      'names',
      'nicknames',
      'occupations',
      'organizations',
      'phoneNumbers',
      'photos',
      'relations',
      'sipAddresses',
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
    const nothing = [{}, { value: '', type: 'home' }, { value: '\u0000' }, { value: ' \u200b\u3000' }];
    expect(
      details({
        names: [{ displayName: '\u00a0', givenName: ' ', phoneticGivenName: '\u00ad' }],
        fileAses: nothing,
        nicknames: nothing,
        emailAddresses: nothing,
        phoneNumbers: [{ canonicalForm: '+1', type: 'home' }],
        organizations: [{ ...primary }, { type: 'work', current: true, startDate: { year: 2020 } }],
        addresses: [{ ...primary, type: 'home' }],
        birthdays: [
          {},
          { date: {} },
          { date: { year: 0, month: 0, day: 0 } },
          { date: { year: 1604 } },
          { text: ' ' },
        ],
        genders: [{}, { addressMeAs: ' ' }],
        sipAddresses: nothing,
        calendarUrls: [{ value: 'https://example.org' }],
        occupations: nothing,
        interests: nothing,
        locales: nothing,
        locations: [...nothing, { buildingId: '7' }],
        externalIds: [{ type: 'customer' }],
        miscKeywords: nothing,
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

  it("given one of the person's own, when the person is read, then it is shown, whatever Google prefers", () => {
    expect(shown(given(['a', profile], ['b', primary], ['c', own]))).toEqual(['c', 'c', 'c']);
  });

  it('given none of the own, when the person is read, then the primary one is shown, wherever it stands', () => {
    expect(shown(given(['a', profile], ['b', primary], ['c', profile]))).toEqual(['b', 'b', 'b']);
  });

  it('given an own one that says nothing that can be seen, when the person is read, then another is shown', () => {
    expect(shown(given([' \u200b', own], ['b', profile]))).toEqual(['b', 'b', 'b']);
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
    [
      'a phonetic name, which has given and family name apart',
      {
        names: [{ phoneticGivenName: 'ハナコ', phoneticFamilyName: 'ヤマダ' }],
        nicknames,
        fileAses: [{ value: 'x' }],
      },
      'ハナコ ヤマダ',
    ],
    [
      'a phonetic name in full',
      { names: [{ phoneticFullName: 'ヤマダ ハナコ' }], nicknames },
      'ヤマダ ハナコ',
    ],
    ['the nickname, in whatever order they come', { nicknames, fileAses: [{ value: 'x' }] }, 'Eve'],
    [
      'the nickname, whatever is invisible',
      { nicknames: [{ value: 'Zoe' }, { value: '\u00adEve' }] },
      '\u00adEve',
    ],
    ['what it is filed under', { fileAses: [{ value: 'x' }], organizations: [{ title: 'Analyst' }] }, 'x'],
    ['a title', { organizations: [{ department: 'Notes' }, { title: 'Analyst' }] }, 'Analyst'],
    [
      'a title behind a department',
      { organizations: [{ ...primary, department: 'Notes' }, { title: 'Analyst' }] },
      'Analyst',
    ],
    ['a department', { organizations: [{ department: 'Notes', phoneticName: 'x' }] }, 'Notes'],
    ['how an organisation sounds', { organizations: [{ phoneticName: 'x' }], urls: [{ value: 'y' }] }, 'x'],
    ['a SIP address', { sipAddresses: [{ value: 'sip:x' }], imClients: [{ username: 'y' }] }, 'sip:x'],
    ['a chat name', { imClients: [{ username: 'y' }], urls: [{ value: 'z' }] }, 'y'],
    ['a page', { urls: [{ value: 'z' }], biographies: [{ value: 'x' }] }, 'z'],
    ['nothing that stands for a name', { biographies: [{ value: 'x' }] }, ''],
    [
      'the organisation, under a name of one blank',
      { ...all, names: [{ displayName: ' ', givenName: '\u00a0' }] },
      'Engines',
    ],
    [
      'the organisation, under a name that nobody sees',
      { ...all, names: [{ displayName: '\u200b\u00ad\u2060' }] },
      'Engines',
    ],
    [
      "the person's own name",
      {
        names: [
          { ...own, displayName: 'Mum' },
          { ...primary, displayName: 'Maria Rossi' },
        ],
      },
      'Mum',
    ],
    [
      "the primary name, where the person's own is an honorific alone",
      {
        names: [
          { ...own, honorificPrefix: 'Dr.' },
          { ...primary, displayName: 'Maria Rossi' },
        ],
      },
      'Maria Rossi',
    ],
  ])('given %s to make it from, when the person is read, then it is that', (_, fields, expected) => {
    expect(details(fields).displayName).toBe(expected);
  });
});
