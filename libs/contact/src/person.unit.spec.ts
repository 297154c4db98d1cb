import { describe, expect, it } from '@jest/globals';

import { PersonNotUnderstood, readPerson } from './index.js';
import { details, person, raw } from './support/given.spec.js';

describe('A person', () => {
  it('given nothing but a name, when it is read, then it is a person that says nothing', () => {
    expect(readPerson({ resourceName: 'people/a' })).toEqual({
      kind: 'seen',
      resourceName: 'people/a',
      previousResourceNames: [],
      sourceIds: [],
      googleUpdatedAt: null,
      details: {
        displayName: '',
        givenName: null,
        familyName: null,
        middleName: null,
        honorificPrefix: null,
        honorificSuffix: null,
        phoneticFullName: null,
        phoneticGivenName: null,
        phoneticFamilyName: null,
        phoneticMiddleName: null,
        phoneticHonorificPrefix: null,
        phoneticHonorificSuffix: null,
        fileAs: null,
        nicknames: [],
        emailAddresses: [],
        phoneNumbers: [],
        organizations: [],
        addresses: [],
        birthday: null,
        gender: null,
        urls: [],
        relations: [],
        events: [],
        imClients: [],
        sipAddresses: [],
        calendarUrls: [],
        occupations: [],
        interests: [],
        locales: [],
        locations: [],
        externalIds: [],
        miscKeywords: [],
        userDefined: [],
        biography: null,
        photoUrl: null,
        groups: [],
      },
    });
  });

  it('given null in the place of every field, when it is read, then null is missing', () => {
    const nulls = { metadata: null, names: null, phoneNumbers: null, birthdays: null, memberships: null };
    expect(readPerson({ resourceName: 'people/a', ...nulls })).toEqual(
      readPerson({ resourceName: 'people/a' }),
    );
    const deeper = {
      metadata: { deleted: null, sources: null, previousResourceNames: null },
      names: [{ metadata: null, givenName: null }, { metadata: { primary: null, source: null } }],
      birthdays: [{ date: null }, { date: { year: null, month: null, day: null } }],
    };
    expect(readPerson({ resourceName: 'people/a', ...deeper })).toEqual(
      readPerson({ resourceName: 'people/a' }),
    );
  });

  it('given metadata.deleted, when it is read, then it is a deletion with what ties it to a contact', () => {
    const metadata = {
      deleted: true,
      previousResourceNames: ['people/b'],
      sources: [{ type: 'CONTACT', id: '1' }],
    };
    expect(readPerson({ resourceName: 'people/a', metadata })).toEqual({
      kind: 'deleted',
      resourceName: 'people/a',
      previousResourceNames: ['people/b'],
      sourceIds: ['1'],
    });
  });

  it('given deleted: false, when it is read, then it is there', () => {
    expect(readPerson({ resourceName: 'people/a', metadata: { deleted: false } }).kind).toBe('seen');
  });

  it('given previous names with its own, an empty one and one twice among them, when it is read, then each other name counts once', () => {
    const metadata = {
      previousResourceNames: ['people/b', 'people/a', '', '\u0000', 'people/c', 'people/b'],
    };
    expect(readPerson({ resourceName: 'people/a', metadata }).previousResourceNames).toEqual([
      'people/b',
      'people/c',
    ]);
  });

  it('given sources of several kinds, when it is read, then the ids of its CONTACT sources count, each once', () => {
    const metadata = {
      sources: [
        { type: 'CONTACT', id: '2' },
        { type: 'PROFILE', id: '9' },
        { type: 'CONTACT', id: '1' },
        { type: 'CONTACT', id: '2' },
        { type: 'CONTACT', id: '' },
        { type: 'CONTACT' },
        { id: '8' },
      ],
    };
    expect(readPerson({ resourceName: 'people/a', metadata }).sourceIds).toEqual(['2', '1']);
  });

  it.each([
    [
      'the latest of its CONTACT sources',
      ['2023-02-24T16:40:20.181599Z', '2023-02-24T17:00:00Z'],
      '2023-02-24T17:00:00.000Z',
    ],
    [
      'the latest, whatever comes last',
      ['2023-02-24T17:00:00Z', '2023-02-24T16:40:20Z'],
      '2023-02-24T17:00:00.000Z',
    ],
    ['one with an offset', ['2023-02-24T17:00:00+01:00'], '2023-02-24T16:00:00.000Z'],
    ['one to the microsecond', ['2023-02-24T16:40:20.181599Z'], '2023-02-24T16:40:20.181Z'],
    ['one with a sign and six digits to the year', ['+012023-02-24T17:00:00Z'], null],
    ['none at all', [], null],
    ['one beside one that is no time', ['2023-02-24T17:00:00Z', 'yesterday'], '2023-02-24T17:00:00.000Z'],
    ['one that has no zone', ['2023-02-24T17:00:00'], null],
    ['one that only a lenient reader understands', ['Feb 24 2023 17:00:00Z'], null],
    ['one with something before it', ['on 2023-02-24T17:00:00Z'], null],
    ['one with something after it', ['2023-02-24T17:00:00Z or so'], null],
    ['one on no day of the calendar', ['2023-02-41T17:00:00Z'], null],
    ['one in a year of five digits', ['+010000-01-01T00:00:00Z'], null],
  ])('given %s as update time, when it is read, then that is when it was updated', (_, times, expected) => {
    const sources = times.map((updateTime) => ({ type: 'CONTACT', id: '1', updateTime }));
    expect(readPerson({ resourceName: 'people/a', metadata: { sources } })).toMatchObject({
      googleUpdatedAt: expected,
    });
  });

  it('given an update time of its profile only, when it is read, then nobody knows when it was updated', () => {
    const sources = [{ type: 'PROFILE', id: '1', updateTime: '2023-02-24T17:00:00Z' }];
    expect(readPerson({ resourceName: 'people/a', metadata: { sources } })).toMatchObject({
      googleUpdatedAt: null,
    });
  });
});

describe('The text of a person', () => {
  it('given any Unicode, when it is read, then it stays whole', () => {
    const value = 'Ωμέγα 名前 👩‍👩‍👧 e\u0301 \u202e \uffff \u{10ffff}';
    expect(details({ biographies: [{ value }] }).biography).toBe(value);
  });

  it('given U+0000, when it is read, then it is removed', () => {
    expect(details({ biographies: [{ value: '\u0000a\u0000b\u0000' }] }).biography).toBe('ab');
  });

  it('given lone surrogates, when it is read, then each is U+FFFD', () => {
    expect(details({ biographies: [{ value: 'a\ud800b\udc00c\ud83d\ude00' }] }).biography).toBe(
      'a\ufffdb\ufffdc😀',
    );
  });

  it('given nothing but U+0000, when it is read, then it is missing', () => {
    expect(details({ biographies: [{ value: '\u0000' }], urls: [{ value: '\u0000' }] })).toMatchObject({
      biography: null,
      urls: [],
    });
  });

  it('given a name and source ids that cannot be stored, when they are read, then they are cleaned as well', () => {
    const read = person('a\u0000\ud800', { previous: ['b\ud800'], sources: ['1\u0000'] });
    expect(read).toMatchObject({
      resourceName: 'people/a\ufffd',
      previousResourceNames: ['people/b\ufffd'],
      sourceIds: ['1'],
    });
  });

  it('given a biography of 2 MB and 500 phone numbers, when it is read, then all is there', () => {
    const value = 'ä'.repeat(1024 * 1024);
    const phoneNumbers = Array.from({ length: 500 }, (_, at) => ({ value: `+49 ${at}` }));
    const read = details({ biographies: [{ value }], phoneNumbers });
    expect(read.biography).toBe(value);
    expect(new Set(read.phoneNumbers.map((phone) => phone.value)).size).toBe(500);
  });
});

describe('A person that is not understood', () => {
  const secret = 'Ada Lovelace';

  it.each([
    ['The person', 'an object', 'a string', secret],
    ['The person', 'an object', 'null', null],
    ['The person', 'an object', 'a list', [secret]],
    ['The person', 'an object', 'missing', undefined],
    ['The person', 'an object', 'a number', 1],
    ['resourceName', 'a name such as people/c123', 'missing', {}],
    ['resourceName', 'a name such as people/c123', 'missing', { resourceName: '' }],
    ['resourceName', 'a name such as people/c123', 'missing', { resourceName: '\u0000' }],
    ['resourceName', 'a name such as people/c123', 'another text', { resourceName: 'otherContacts/c1' }],
    ['resourceName', 'a name such as people/c123', 'another text', { resourceName: 'people/c1 c2' }],
    ['resourceName', 'a string', 'a number', { resourceName: 1 }],
  ])(
    'given %s that should be %s but is %s, when it is read, then it is refused',
    (where, expected, found, value) => {
      expect(() => readPerson(value)).toThrow(
        expect.objectContaining({
          name: 'PersonNotUnderstood',
          path: where === 'The person' ? '' : where,
          expected,
          found,
          message: `${where} should be ${expected}, but is ${found}`,
        }),
      );
    },
  );

  it.each([
    ['metadata', 'an object', 'a string', { metadata: secret }],
    ['metadata.deleted', 'true or false', 'a string', { metadata: { deleted: secret } }],
    ['metadata.sources', 'a list', 'an object', { metadata: { sources: { secret } } }],
    ['metadata.sources[1]', 'an object', 'a string', { metadata: { sources: [{}, secret] } }],
    ['metadata.sources[0].type', 'a string', 'an object', { metadata: { sources: [{ type: { secret } }] } }],
    [
      'metadata.sources[0].id',
      'a string',
      'a number',
      { metadata: { sources: [{ type: 'CONTACT', id: 7 }] } },
    ],
    ['metadata.previousResourceNames', 'a list', 'a string', { metadata: { previousResourceNames: secret } }],
    [
      'metadata.previousResourceNames[1]',
      'a string',
      'null',
      { metadata: { previousResourceNames: ['people/b', null] } },
    ],
    ['names', 'a list', 'an object', { names: { secret } }],
    ['names[0]', 'an object', 'a list', { names: [[secret]] }],
    ['names[1]', 'an object', 'null', { names: [{}, null] }],
    ['names[0].givenName', 'a string', 'a list', { names: [{ givenName: [secret] }] }],
    [
      'names[0].metadata.primary',
      'true or false',
      'a string',
      { names: [{ metadata: { primary: secret } }] },
    ],
    ['names[0].metadata.source', 'an object', 'a string', { names: [{ metadata: { source: secret } }] }],
    ['nicknames[0].value', 'a string', 'an object', { nicknames: [{ value: { secret } }] }],
    ['emailAddresses[0].value', 'a string', 'an object', { emailAddresses: [{ value: { secret } }] }],
    ['emailAddresses[0].type', 'a string', 'a boolean', { emailAddresses: [{ value: secret, type: true }] }],
    [
      'phoneNumbers[2].canonicalForm',
      'a string',
      'a number',
      { phoneNumbers: [{}, {}, { value: secret, canonicalForm: 1 }] },
    ],
    ['organizations[0].title', 'a string', 'an object', { organizations: [{ title: { secret } }] }],
    ['addresses[0].city', 'a string', 'a list', { addresses: [{ city: [secret] }] }],
    ['birthdays[0].date', 'an object', 'a string', { birthdays: [{ date: secret }] }],
    [
      'birthdays[0].date.month',
      'a whole number from 0 to 12',
      'a string',
      { birthdays: [{ date: { month: secret } }] },
    ],
    [
      'birthdays[0].date.month',
      'a whole number from 0 to 12',
      'a number',
      { birthdays: [{ date: { month: 13 } }] },
    ],
    [
      'birthdays[0].date.day',
      'a whole number from 0 to 31',
      'a number',
      { birthdays: [{ date: { day: 32 } }] },
    ],
    [
      'birthdays[0].date.day',
      'a whole number from 0 to 31',
      'a number',
      { birthdays: [{ date: { day: 1.5 } }] },
    ],
    [
      'birthdays[0].date.year',
      'a whole number from 0 to 9999',
      'a number',
      { birthdays: [{ date: { year: 10_000 } }] },
    ],
    [
      'events[0].date.year',
      'a whole number from 0 to 9999',
      'a number',
      { events: [{ date: { year: -1 } }] },
    ],
    ['urls[0].value', 'a string', 'a number', { urls: [{ value: 1 }] }],
    ['relations[0].person', 'a string', 'an object', { relations: [{ person: { secret } }] }],
    ['imClients[0].protocol', 'a string', 'a list', { imClients: [{ username: secret, protocol: [] }] }],
    ['userDefined[0].key', 'a string', 'an object', { userDefined: [{ key: { secret } }] }],
    ['biographies[0].value', 'a string', 'a list', { biographies: [{ value: [secret] }] }],
    ['fileAses[0].value', 'a string', 'a number', { fileAses: [{ value: 1 }] }],
    ['genders[0].addressMeAs', 'a string', 'a list', { genders: [{ addressMeAs: [secret] }] }],
    ['sipAddresses[0].value', 'a string', 'a list', { sipAddresses: [{ value: [secret] }] }],
    ['calendarUrls[0].url', 'a string', 'a list', { calendarUrls: [{ url: [secret] }] }],
    ['birthdays[0].text', 'a string', 'an object', { birthdays: [{ text: { secret } }] }],
    [
      'organizations[0].current',
      'true or false',
      'a string',
      { organizations: [{ name: secret, current: secret }] },
    ],
    ['photos[0].default', 'true or false', 'a string', { photos: [{ default: secret }] }],
    ['photos[0].url', 'a string', 'an object', { photos: [{ url: { secret } }] }],
    [
      'memberships[0].contactGroupMembership',
      'an object',
      'a string',
      { memberships: [{ contactGroupMembership: secret }] },
    ],
  ])(
    'given %s that should be %s but is %s, when it is read, then its path is told and its value is not',
    (path, expected, found, fields) => {
      const read = (): unknown => readPerson({ ...raw('a'), ...fields });
      expect(read).toThrow(PersonNotUnderstood);
      expect(read).toThrow(expect.objectContaining({ path, expected, found }));
      expect(read).not.toThrow(new RegExp(secret));
      expect(read).toThrow(`${path} should be ${expected}, but is ${found}`);
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'given a member called %s at every depth, when it is read, then it is harmless',
    (key) => {
      const evil = `{"${key}": {"displayName": "x", "primary": true, "deleted": true, "value": "x"}}`;
      const given: unknown = JSON.parse(
        `{"resourceName": "people/a", "${key}": ${evil}, "metadata": ${evil}, "names": [${evil}], "emailAddresses": [${evil}]}`,
      );
      expect(readPerson(given)).toEqual(readPerson({ resourceName: 'people/a' }));
      expect(({} as Record<string, unknown>).displayName).toBeUndefined();
    },
  );

  it('given members that are inherited only, when it is read, then they are missing', () => {
    const given: unknown = Object.assign(
      Object.create({ biographies: [{ value: 'x' }] }) as object,
      raw('a'),
    );
    expect(readPerson(given)).toMatchObject({ details: { biography: null } });
  });

  it('given a member nested deeper than any stack, when it is not asked for, then it is harmless', () => {
    const nested: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    const read = details({
      names: [
        { nested, givenName: 'Ada' },
        { nested, givenName: 'Bea' },
      ],
    });
    expect(read.givenName).toBe('Ada');
  });
});
