import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { changedFields } from './fingerprint.js';
import { type ContactDetails, DETAIL_FIELDS, fingerprint } from './index.js';
import { arbitraryFields, reordered, reworded } from './support/arbitrary-person.spec.js';
import { details, digest } from './support/given.spec.js';

const primary = { metadata: { primary: true } };
const own = { metadata: { source: { type: 'CONTACT', id: '1' } } };

describe('A fingerprint', () => {
  it('given any person, when Google words, counts or orders anew what it derives, then it stays', () => {
    const twice = arbitraryFields.chain((fields) => fc.tuple(fc.constant(fields), reordered(fields)));
    fc.assert(
      fc.property(twice, fc.constantFrom('', 'Zuhause', '名'), ([fields, again], word) => {
        const [before, after] = [details(fields), details(reworded(again, word))];
        expect(fingerprint(after, digest)).toBe(fingerprint(before, digest));
        expect(changedFields(before, after)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('given any two persons, when their fingerprints differ, then fields are named, and only then', () => {
    fc.assert(
      fc.property(arbitraryFields, arbitraryFields, (one, other) => {
        const [before, after] = [details(one), details(other)];
        const differs = fingerprint(before, digest) !== fingerprint(after, digest);
        expect(changedFields(before, after).length > 0).toBe(differs);
      }),
    );
  });

  it('given details, when it is taken, then of the same text as ever: a stored one must be known again', () => {
    const given = details({ names: [{ givenName: 'Ada' }], nicknames: [{ value: 'a' }] });
    const texts: string[] = [];
    fingerprint(given, (text) => {
      texts.push(text);
      return '';
    });
    expect(texts).toEqual([
      '[["displayName",[null,"Ada",null,null,null]],["givenName","Ada"],["nicknames",["a"]]]',
    ]);
  });

  it('given details, when it is taken, then it comes from the digest', () => {
    const given = details({ names: [{ givenName: 'Ada' }], nicknames: [{ value: 'a' }] });
    expect(fingerprint(given, (text) => `#${text.length}`)).toMatch(/^#\d+$/);
  });
});

describe('A change', () => {
  const name = { displayName: 'Ada', givenName: 'Ada' };

  it.each([
    [
      'the given name',
      ['displayName', 'givenName'],
      { names: [name] },
      { names: [{ ...name, givenName: 'Eva' }] },
    ],
    [
      'the family name',
      ['displayName', 'familyName'],
      { names: [name] },
      { names: [{ ...name, familyName: 'L' }] },
    ],
    [
      'the middle name',
      ['displayName', 'middleName'],
      { names: [name] },
      { names: [{ ...name, middleName: 'K' }] },
    ],
    [
      'the prefix',
      ['displayName', 'honorificPrefix'],
      { names: [name] },
      { names: [{ ...name, honorificPrefix: 'Dr' }] },
    ],
    [
      'the suffix',
      ['displayName', 'honorificSuffix'],
      { names: [name] },
      { names: [{ ...name, honorificSuffix: 'PhD' }] },
    ],
    [
      'a name without parts',
      ['displayName'],
      { names: [{ displayName: 'Ada' }] },
      { names: [{ displayName: 'Eva' }] },
    ],
    [
      'which name is the primary one',
      ['displayName', 'givenName'],
      { names: [{ ...primary, givenName: 'Ada' }, { givenName: 'Eva' }] },
      { names: [{ givenName: 'Ada' }, { ...primary, givenName: 'Eva' }] },
    ],
    [
      'a nickname of a named person',
      ['nicknames'],
      { names: [name], nicknames: [{ value: 'a' }] },
      { names: [name], nicknames: [{ value: 'b' }] },
    ],
    [
      'an e-mail address that is all there is',
      ['displayName', 'emailAddresses'],
      { emailAddresses: [{ value: 'a' }] },
      { emailAddresses: [{ value: 'b' }] },
    ],
    [
      'an e-mail address of a named person',
      ['emailAddresses'],
      { names: [name], emailAddresses: [{ value: 'a' }] },
      { names: [name] },
    ],
    [
      "an e-mail address's type",
      ['emailAddresses'],
      { emailAddresses: [{ value: 'a', type: 'home' }] },
      { emailAddresses: [{ value: 'a', type: 'work' }] },
    ],
    [
      'which e-mail address is the primary one',
      ['emailAddresses'],
      { names: [name], emailAddresses: [{ ...primary, value: 'a' }, { value: 'b' }] },
      { names: [name], emailAddresses: [{ value: 'a' }, { ...primary, value: 'b' }] },
    ],
    [
      'a phone number',
      ['phoneNumbers'],
      { names: [name], phoneNumbers: [{ value: '1' }] },
      { names: [name], phoneNumbers: [{ value: '2' }] },
    ],
    [
      "a phone number's canonical form",
      ['phoneNumbers'],
      { phoneNumbers: [{ value: '1' }] },
      { phoneNumbers: [{ value: '1', canonicalForm: '+331' }] },
    ],
    [
      'an organisation',
      ['organizations'],
      { names: [name], organizations: [{ name: 'a' }] },
      { names: [name], organizations: [{ name: 'b' }] },
    ],
    [
      'a title',
      ['organizations'],
      { organizations: [{ name: 'a', title: 'x' }] },
      { organizations: [{ name: 'a' }] },
    ],
    [
      'a department',
      ['organizations'],
      { organizations: [{ name: 'a', department: 'x' }] },
      { organizations: [{ name: 'a' }] },
    ],
    [
      'a street',
      ['addresses'],
      { addresses: [{ streetAddress: 'a' }] },
      { addresses: [{ streetAddress: 'b' }] },
    ],
    [
      'the rest of a street',
      ['addresses'],
      { addresses: [{ extendedAddress: 'a' }] },
      { addresses: [{ extendedAddress: 'b' }] },
    ],
    ['a box', ['addresses'], { addresses: [{ poBox: 'a' }] }, { addresses: [{ poBox: 'b' }] }],
    ['a city', ['addresses'], { addresses: [{ city: 'a' }] }, { addresses: [{ city: 'b' }] }],
    ['a region', ['addresses'], { addresses: [{ region: 'a' }] }, { addresses: [{ region: 'b' }] }],
    [
      'a postal code',
      ['addresses'],
      { addresses: [{ postalCode: 'a' }] },
      { addresses: [{ postalCode: 'b' }] },
    ],
    ['a country', ['addresses'], { addresses: [{ country: 'a' }] }, { addresses: [{ country: 'b' }] }],
    [
      'a country code',
      ['addresses'],
      { addresses: [{ countryCode: 'a' }] },
      { addresses: [{ countryCode: 'b' }] },
    ],
    [
      "an address's type",
      ['addresses'],
      { addresses: [{ city: 'a', type: 'home' }] },
      { addresses: [{ city: 'a' }] },
    ],
    [
      'which address is the primary one',
      ['addresses'],
      { addresses: [{ city: 'a' }] },
      { addresses: [{ ...primary, city: 'a' }] },
    ],
    [
      'an address without parts',
      ['addresses'],
      { addresses: [{ formattedValue: 'a' }] },
      { addresses: [{ formattedValue: 'b' }] },
    ],
    [
      'a birthday',
      ['birthday'],
      { birthdays: [{ date: { day: 1, month: 2 } }] },
      { birthdays: [{ date: { day: 2, month: 1 } }] },
    ],
    [
      "a birthday's year",
      ['birthday'],
      { birthdays: [{ date: { day: 1 } }] },
      { birthdays: [{ date: { day: 1, year: 1815 } }] },
    ],
    [
      'a birthday that is text',
      ['birthday'],
      { birthdays: [{ text: 'spring 1961' }] },
      { birthdays: [{ text: 'summer 1961' }] },
    ],
    [
      'a phonetic given name',
      ['phoneticGivenName'],
      { names: [{ ...name, phoneticGivenName: 'a' }] },
      { names: [{ ...name, phoneticGivenName: 'b' }] },
    ],
    [
      'a phonetic name in full',
      ['phoneticFullName'],
      { names: [{ ...name, phoneticFullName: 'a' }] },
      { names: [{ ...name, phoneticFullName: 'b' }] },
    ],
    [
      'a phonetic name that is all there is',
      ['displayName', 'phoneticFamilyName'],
      { names: [{ phoneticFamilyName: 'a' }] },
      { names: [{ phoneticFamilyName: 'b' }] },
    ],
    ...['phoneticName', 'jobDescription', 'symbol', 'domain', 'location', 'type'].map(
      (member): [string, string[], object, object] => [
        `an organisation's ${member}`,
        ['organizations'],
        { organizations: [{ name: 'a', [member]: 'x' }] },
        { organizations: [{ name: 'a' }] },
      ],
    ),
    [
      'how long and whether someone is there',
      ['organizations'],
      { organizations: [{ name: 'a', startDate: { year: 1 }, endDate: { year: 2 }, current: true }] },
      { organizations: [{ name: 'a', startDate: { year: 1 }, endDate: { year: 3 } }] },
    ],
    [
      "an e-mail address's name",
      ['emailAddresses'],
      { emailAddresses: [{ value: 'a', displayName: 'x' }] },
      { emailAddresses: [{ value: 'a' }] },
    ],
    ['what it is filed under', ['fileAs'], { names: [name], fileAses: [{ value: 'x' }] }, { names: [name] }],
    ['pronouns', ['gender'], { genders: [{ addressMeAs: 'x' }] }, { genders: [{ addressMeAs: 'y' }] }],
    ...['occupations', 'interests', 'locales', 'locations', 'externalIds', 'miscKeywords'].map(
      (field): [string, string[], object, object] => [
        field,
        [field],
        { [field]: [{ value: 'x' }] },
        { [field]: [{ value: 'y' }] },
      ],
    ),
    [
      'a SIP address of a named person',
      ['sipAddresses'],
      { names: [name], sipAddresses: [{ value: 'x' }] },
      { names: [name], sipAddresses: [{ value: 'y' }] },
    ],
    ['a calendar', ['calendarUrls'], { calendarUrls: [{ url: 'x' }] }, { calendarUrls: [{ url: 'y' }] }],
    [
      'what the person calls somebody who has a profile',
      ['displayName', 'givenName'],
      {
        names: [
          { ...own, givenName: 'Mum' },
          { ...primary, givenName: 'Maria' },
        ],
      },
      {
        names: [
          { ...own, givenName: 'Mama' },
          { ...primary, givenName: 'Maria' },
        ],
      },
    ],
    ['a URL', ['displayName', 'urls'], { urls: [{ value: 'a' }] }, { urls: [{ value: 'b' }] }],
    ["a URL's type", ['urls'], { urls: [{ value: 'a' }] }, { urls: [{ value: 'a', type: 'blog' }] }],
    [
      'which URL is the primary one',
      ['urls'],
      { urls: [{ value: 'a' }] },
      { urls: [{ ...primary, value: 'a' }] },
    ],
    ['a relation', ['relations'], { relations: [{ person: 'a' }] }, { relations: [{ person: 'b' }] }],
    [
      "a relation's type",
      ['relations'],
      { relations: [{ person: 'a' }] },
      { relations: [{ person: 'a', type: 'x' }] },
    ],
    ['an occasion', ['events'], { events: [{ date: { day: 1 } }] }, { events: [{ date: { day: 2 } }] }],
    [
      "an occasion's type",
      ['events'],
      { events: [{ date: { day: 1 } }] },
      { events: [{ date: { day: 1 }, type: 'x' }] },
    ],
    [
      'a chat name',
      ['displayName', 'imClients'],
      { imClients: [{ username: 'a' }] },
      { imClients: [{ username: 'b' }] },
    ],
    [
      "a chat name's protocol",
      ['imClients'],
      { imClients: [{ username: 'a' }] },
      { imClients: [{ username: 'a', protocol: 'x' }] },
    ],
    [
      "a chat name's type",
      ['imClients'],
      { imClients: [{ username: 'a' }] },
      { imClients: [{ username: 'a', type: 'x' }] },
    ],
    [
      "a field of the user's own",
      ['userDefined'],
      { userDefined: [{ key: 'a', value: 'a' }] },
      { userDefined: [{ key: 'a', value: 'b' }] },
    ],
    [
      'its key',
      ['userDefined'],
      { userDefined: [{ key: 'a', value: 'a' }] },
      { userDefined: [{ key: 'b', value: 'a' }] },
    ],
    ['the biography', ['biography'], { biographies: [{ value: 'a' }] }, {}],
    [
      'a biography by one blank',
      ['biography'],
      { biographies: [{ value: 'a' }] },
      { biographies: [{ value: 'a ' }] },
    ],
    ['the photo', ['photoUrl'], {}, { photos: [{ url: 'a' }] }],
    [
      'a group',
      ['groups'],
      {},
      { memberships: [{ contactGroupMembership: { contactGroupResourceName: 'g/1' } }] },
    ],
    [
      'many fields at once',
      ['givenName', 'birthday', 'biography', 'groups'].toSpliced(0, 0, 'displayName'),
      { names: [name], biographies: [{ value: 'a' }] },
      {
        names: [{ givenName: 'Eva' }],
        birthdays: [{ date: { day: 1 } }],
        memberships: [{ contactGroupMembership: { contactGroupResourceName: 'g/1' } }],
      },
    ],
  ])('given a change of %s, when it is looked for, then it is named in %j', (_, expected, before, after) => {
    expect(changedFields(details(before), details(after))).toEqual(expected);
    expect(changedFields(details(after), details(before))).toEqual(expected);
    expect(fingerprint(details(before), digest)).not.toBe(fingerprint(details(after), digest));
  });

  it.each([
    [
      'a display name that stands beside parts',
      { names: [{ displayName: 'Ada L', familyName: 'L' }] },
      { names: [{ displayName: 'L, Ada', familyName: 'L' }] },
    ],
    [
      'a display name that stands beside a prefix',
      { names: [{ displayName: 'Dr A', honorificPrefix: 'Dr' }] },
      { names: [{ displayName: 'A, Dr', honorificPrefix: 'Dr' }] },
    ],
    [
      'a display name that stands beside a suffix',
      { names: [{ displayName: 'A PhD', honorificSuffix: 'PhD' }] },
      { names: [{ displayName: 'A', honorificSuffix: 'PhD' }] },
    ],
    [
      'a display name that stands beside a middle name',
      { names: [{ displayName: 'A K', middleName: 'K' }] },
      { names: [{ displayName: 'K', middleName: 'K' }] },
    ],
    [
      'a phonetic name in full beside its parts',
      { names: [{ phoneticGivenName: 'a', phoneticFamilyName: 'b', phoneticFullName: 'a b' }] },
      { names: [{ phoneticGivenName: 'a', phoneticFamilyName: 'b', phoneticFullName: 'b a' }] },
    ],
    [
      'a birthday as text beside its date',
      { birthdays: [{ date: { day: 1 }, text: '1.' }] },
      { birthdays: [{ date: { day: 1 }, text: '1st' }] },
    ],
    [
      'the year of no year',
      { birthdays: [{ date: { month: 2, day: 29 } }] },
      { birthdays: [{ date: { year: 1604, month: 2, day: 29 } }] },
    ],
    ['a blank', { names: [{ givenName: 'a' }] }, { names: [{ givenName: 'a', familyName: ' ' }] }],
    [
      'one phone number more of the same',
      { phoneNumbers: [{ value: '1 2' }] },
      { phoneNumbers: [{ value: '1 2' }, { value: '1 2' }] },
    ],
    [
      'what a profile has beside it',
      { names: [{ ...own, givenName: 'Mum' }], emailAddresses: [{ ...own, value: 'a' }] },
      {
        names: [{ ...own, givenName: 'Mum' }, { givenName: 'Maria' }],
        emailAddresses: [{ ...own, value: 'a' }, { value: 'A' }],
      },
    ],
    [
      'a formatted type',
      { urls: [{ value: 'a', formattedType: 'Blog' }] },
      { urls: [{ value: 'a', formattedType: 'Blogue' }] },
    ],
    [
      'a formatted address beside its parts',
      { addresses: [{ formattedValue: 'a', city: 'c' }] },
      { addresses: [{ formattedValue: 'b', city: 'c' }] },
    ],
    [
      'the order of addresses that such a formatted value gives',
      {
        addresses: [
          { formattedValue: '1', city: 'a' },
          { formattedValue: '2', city: 'b' },
        ],
      },
      {
        addresses: [
          { formattedValue: '2', city: 'a' },
          { formattedValue: '1', city: 'b' },
        ],
      },
    ],
    ['an empty item', { urls: [{ value: 'a' }] }, { urls: [{ value: 'a' }, { value: '' }] }],
  ])('given another wording of %s, when it is looked for, then there is none', (_, before, after) => {
    expect(changedFields(details(before), details(after))).toEqual([]);
    expect(fingerprint(details(before), digest)).toBe(fingerprint(details(after), digest));
  });

  it('given a field of the details, when another person has another, then it can be named', () => {
    const everything: ContactDetails = {
      displayName: 'x',
      givenName: 'x',
      familyName: 'x',
      middleName: 'x',
      honorificPrefix: 'x',
      honorificSuffix: 'x',
      phoneticFullName: 'x',
      phoneticGivenName: null,
      phoneticFamilyName: null,
      phoneticMiddleName: null,
      phoneticHonorificPrefix: 'x',
      phoneticHonorificSuffix: 'x',
      fileAs: 'x',
      nicknames: ['x'],
      emailAddresses: [{ value: 'x', type: null, primary: false }],
      phoneNumbers: [{ value: 'x', canonicalForm: null, type: null, primary: false }],
      organizations: [{ name: 'x', title: null, department: null, primary: false }],
      addresses: details({ addresses: [{ city: 'x' }] }).addresses,
      birthday: { year: null, month: null, day: 1 },
      gender: { value: 'x', addressMeAs: null },
      urls: [{ value: 'x', type: null, primary: false }],
      relations: [{ person: 'x', type: null }],
      events: [{ type: null, year: null, month: null, day: 1 }],
      imClients: [{ username: 'x', protocol: null, type: null }],
      sipAddresses: [{ value: 'x', type: null, primary: false }],
      calendarUrls: [{ value: 'x', type: null, primary: false }],
      occupations: ['x'],
      interests: ['x'],
      locales: ['x'],
      locations: [{ value: 'x', type: null }],
      externalIds: [{ value: 'x', type: null }],
      miscKeywords: [{ value: 'x', type: null }],
      userDefined: [{ key: 'x', value: 'x' }],
      biography: 'x',
      photoUrl: 'x',
      groups: ['x'],
    };
    const soundingParts = ['phoneticGivenName', 'phoneticFamilyName', 'phoneticMiddleName'];
    expect(changedFields(details({}), everything)).toEqual(
      DETAIL_FIELDS.filter((field) => !soundingParts.includes(field)),
    );
    const sounding = { phoneticGivenName: 'x', phoneticFamilyName: 'x', phoneticMiddleName: 'x' };
    expect(changedFields(details({}), { ...details({}), ...sounding })).toEqual(soundingParts);
  });
});
