import { describe, expect, it } from '@jest/globals';
import { readPerson } from '#contact';
import { type ContactView, foldContact } from '#contact-events';

import { phoneColumns, readSearch, searchText } from './search-text.js';

/** A contact as it is shown, of what Google says of a person. */
function shown(fields: object): ContactView {
  const person = readPerson({ resourceName: 'people/a', ...fields });
  if (person.kind !== 'seen') throw new Error('The person is deleted');
  const id = '5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a11';
  const fact = { contactId: id, accountId: id, resourceName: 'people/a', version: 1, runId: id };
  const at = '2026-02-01T00:00:00.000Z';
  const contact = { ...person.details, id, accountId: id, resourceName: 'people/a', updatedAt: at };
  const view = foldContact(null, {
    ...fact,
    type: 'ContactUpdated',
    change: 'created',
    changedFields: [],
    contact,
    occurredAt: at,
  });
  if (view === null) throw new Error('There is no contact');
  return view;
}

describe('The text of a contact', () => {
  it('holds names, nicknames, organisations and e-mail addresses, a line each, and nothing twice', () => {
    const view = shown({
      names: [{ displayName: 'Ada Lovelace', givenName: 'Ada', familyName: 'Lovelace', middleName: 'King' }],
      nicknames: [{ value: 'ADA' }, { value: 'The Countess' }],
      organizations: [{ name: 'Engine', title: 'Analyst', department: 'Numbers' }],
      emailAddresses: [{ value: 'Ada@Example.org' }],
      phoneNumbers: [{ value: '06 12' }],
      biographies: [{ value: 'private' }],
    });
    expect(searchText(view).split('\n')).toEqual([
      'ada lovelace',
      'ada',
      'king',
      'lovelace',
      'the countess',
      'engine',
      'analyst',
      'numbers',
      'ada@example.org',
    ]);
  });

  it('holds what else than digits a phone number has, as it is written', () => {
    const view = shown({
      names: [{ displayName: 'Ada' }],
      phoneNumbers: [
        { value: '*31#0172 5550199' },
        { value: '+49 30 123456,,12#' },
        { value: '030 123456 Ext. 12' },
        { value: '+49 (0)30/123-456.7' },
      ],
    });
    expect(searchText(view).split('\n')).toEqual([
      'ada',
      '*31#0172 5550199',
      '+49 30 123456,,12#',
      '030 123456 ext. 12',
    ]);
  });

  it('holds other forms of a text behind it', () => {
    expect(searchText(shown({ names: [{ displayName: 'Müller' }] })).split('\n')).toEqual([
      'muller',
      'mueller',
    ]);
  });
});

const numbers = (...phoneNumbers: object[]) => phoneColumns(shown({ phoneNumbers }));

describe('The digits of a contact', () => {
  it('are those of each number as it is written, in full and as it is dialled at home, and none twice', () => {
    expect(
      numbers(
        { value: '0172 555-0199', canonicalForm: '+491725550199' },
        { value: '+49 172 5550199' },
        { value: '030/123456' },
        { value: 'none' },
      ).phoneDigits,
    ).toBe('491725550199 01725550199 030123456');
  });

  it('are those of a number without a country as it is written', () => {
    expect(numbers({ value: '0612.34' }).phoneDigits).toBe('061234');
  });

  it('are ASCII in every script', () => {
    expect(numbers({ value: '٠٦١٢٣٤ ۷۸ ९ ６' }).phoneDigits).toBe('0612347896');
  });
});

describe('What a contact is looked up by', () => {
  it('is the end of each number, and the whole where its country is known', () => {
    expect(
      numbers(
        { value: '0172 555-0199', canonicalForm: '+491725550199' },
        { value: '5550199' },
        { value: '110' },
      ).phoneKeys,
    ).toEqual(['+491725550199', '5550199', '110']);
  });
});

describe('A search', () => {
  it('is each of its words, in whatever order, and however far apart', () => {
    expect(readSearch('  lovelace \t ADA\u00a0king ')).toEqual({
      words: ['lovelace', 'ada', 'king'],
      digits: [],
    });
  });

  it.each([[''], ['  \n'], ['\u0000'], ['\u0301']])('for %j is one for everything', (q) => {
    expect(readSearch(q)).toBeNull();
  });

  it.each([
    ['06-12.34', '061234'],
    ['+33 6', '336'],
    ['٠٦١', '061'],
    ['call 0612 or 34', '061234'],
    ['612', '612'],
    ['①②③', '123'],
    ['*31#0172', '310172'],
  ])('for %j is also one for a phone number with %s', (q, digits) => {
    expect(readSearch(q)?.digits).toEqual([digits]);
  });

  it.each([
    ['0049 172', undefined, ['49172']],
    ['+49172', 'DE', ['49172']],
    ['00491725550199', undefined, ['1725550199']],
    ['+49 (0)172 5550199', undefined, ['1725550199']],
    ['01725550199', undefined, ['1725550199']],
    ['01725550199', 'DE', ['1725550199']],
    ['172 5550199', undefined, ['1725550199']],
    ['5550199', 'DE', ['5550199']],
    ['0172 55', 'DE', ['017255', '4917255']],
    ['8 926 123-45-67', 'RU', ['9261234567']],
    ['011 49 172 5550199', 'US', ['1725550199']],
    ['0049 30 123456,,12#', undefined, ['3012345612']],
  ] as const)('for %j with the region %s is one for a number with any of %j', (q, region, digits) => {
    expect(readSearch(q, [region])?.digits).toEqual(digits);
  });

  it.each([['61'], ['6 1'], ['ada'], ['level 42'], ['*31#']])(
    'for %j says too little of a phone number',
    (q) => {
      expect(readSearch(q)?.digits).toEqual([]);
    },
  );

  it('has the groups of a number for one word', () => {
    expect(readSearch('06 12 34 56 78')?.words).toEqual(['06 12 34 56 78']);
    expect(readSearch('06 12 ada 34 56 78')?.words).toEqual(['06', '12', 'ada', '34', '56', '78']);
    expect(readSearch('06 12')?.words).toEqual(['06', '12']);
  });

  it('keeps what would be a wildcard', () => {
    expect(readSearch('100% a_b a\\b')?.words).toEqual(['100%', 'a_b', 'a\\b']);
  });
});
