import { describe, expect, it } from '@jest/globals';

import { visibleText } from './index.js';
import { details } from './support/given.spec.js';

describe('What is seen of a text', () => {
  it.each([
    ['zero-width characters', 'Zo\u200b\u200c\u200d\u2060\ufeffë', 'Zoë'],
    ['soft hyphens', 'Rijk\u00adaard', 'Rijkaard'],
    ['marks of direction', '\u200f\u202b\u2067\u061cאדה\u2069\u202c\u200e', 'אדה'],
    ['variation selectors and fillers', 'a\ufe0f\u3164\u115f\u{e0101}b', 'ab'],
    ['controls', '\u0001a\u007f\u0085b', 'a b'],
    ['blanks around it', '\u00a0\u3000\t Ada\u2028\u2800', 'Ada'],
    ['blanks in it', 'Ada \u200b\n\u00a0Lovelace', 'Ada Lovelace'],
  ])('given %s, when it is compared or ordered, then they do not count', (_, text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });

  it.each(['👩🏽‍🚀', '🏳️‍🌈', '名', 'e\u0301', '\ufffd', '.'])(
    'given %s, when it is compared, then it is seen',
    (text) => {
      expect(visibleText(text)).not.toBe('');
    },
  );
});

describe('A text of which nothing is seen', () => {
  const unseen = [
    '',
    ' ',
    '\t\r\n',
    '\u00a0',
    '\u3000',
    '\u2028',
    '\u200b',
    '\u00ad',
    '\u2060\ufeff',
    '\u202e',
    '\ufe0f',
    '\u2800',
    '\u3164',
  ];

  it.each(unseen)('given %j in every place, when the person is read, then it says nothing', (text) => {
    const item = { value: text, text, url: text, person: text, username: text, key: text, type: text };
    const organization = { name: text, title: text, department: text, phoneticName: text, symbol: text };
    const fields = [
      'fileAses',
      'nicknames',
      'emailAddresses',
      'phoneNumbers',
      'birthdays',
      'genders',
      'urls',
      'relations',
    ];
    const more = [
      'imClients',
      'sipAddresses',
      'calendarUrls',
      'occupations',
      'userDefined',
      'biographies',
      'photos',
    ];
    expect(
      details({
        ...Object.fromEntries([...fields, ...more].map((field) => [field, [item]])),
        names: [{ displayName: text, unstructuredName: text, givenName: text, phoneticGivenName: text }],
        organizations: [organization],
        addresses: [{ formattedValue: text, city: text }],
        memberships: [{ contactGroupMembership: { contactGroupResourceName: text } }],
      }),
    ).toEqual(details({}));
  });

  it('given beside what is seen, when the person is read, then it is kept as it was typed', () => {
    const value = ' Rijk\u00adaard\u200b ';
    expect(
      details({ names: [{ displayName: value, familyName: value }], biographies: [{ value }] }),
    ).toMatchObject({
      displayName: value,
      familyName: value,
      biography: value,
    });
  });
});
