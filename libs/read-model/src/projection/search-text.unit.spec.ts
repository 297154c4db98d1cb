import { describe, expect, it } from '@jest/globals';
import { readPerson } from '#contact';
import { type ContactView, foldContact } from '#contact-events';

import { phoneDigits, readSearch, searchText } from './search-text.js';

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

const named = (displayName: string): ContactView => shown({ names: [{ displayName }] });

const wordsOf = (q: string): readonly string[] | undefined => readSearch(q)?.words;

describe('A search and the text of a contact', () => {
  it.each([
    ['case', 'LOVELACE', 'lovelace'],
    ['accents', 'Françoise', 'FRANCOISE'],
    ['Cyrillic marks', 'Фёдор', 'Федор'],
    ['vowel points of Arabic', 'مُحَمَّد', 'محمد'],
    ['vowel points of Hebrew', 'שָׁלוֹם', 'שלום'],
    ['compatibility forms', 'Ａｄａ ﬁn', 'Ada fin'],
    ['ß and ss', 'Straße', 'STRASSE'],
    ['the dot of a Turkish capital', 'İstanbul', 'istanbul'],
    ['the form of a Greek sigma', 'Παπαδόπουλος', 'παπαδοπουλοσ'],
    ['how accents are composed', 'e\u0301', '\u00e9'],
    ['what PostgreSQL cannot hold', 'A\u0000da', 'Ada'],
  ])('are the same whatever %s', (_, written, sought) => {
    expect(wordsOf(sought)).toEqual(wordsOf(written));
    for (const word of wordsOf(sought) ?? []) expect(searchText(named(written))).toContain(word);
  });

  it('share a sigma that ends what is sought and goes on in what is written', () => {
    expect(searchText(named('Οδοσήμανση'))).toContain(wordsOf('οδος')?.[0]);
  });

  it('are ASCII, in every script', () => {
    expect(wordsOf('林 Ada')).toEqual(['ZGHJH', 'ada']);
    expect(searchText(named('林徽因 👋 Ñandú'))).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('keep the code units of another script apart from Latin letters', () => {
    expect(searchText(named('zghjh'))).not.toContain(wordsOf('林')?.[0]);
    expect(searchText(named('林'))).not.toContain('zghjh');
  });
});

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

  it('holds the digits of each phone number, as it is written and in its canonical form, and none twice', () => {
    const view = shown({
      phoneNumbers: [
        { value: '06 12-34', canonicalForm: '+33 6 12 34' },
        { value: '0612.34' },
        { value: 'ext.' },
      ],
    });
    expect(phoneDigits(view)).toBe('061234 3361234');
  });

  it('has the digits of every script as ASCII', () => {
    expect(phoneDigits(shown({ phoneNumbers: [{ value: '٠٦١٢٣٤ ۷۸ ९ ６' }] }))).toBe('0612347896');
  });
});

describe('A search', () => {
  it('is each of its words, in whatever order, and however far apart', () => {
    expect(readSearch('  lovelace \t ADA\u00a0king ')).toEqual({
      words: ['lovelace', 'ada', 'king'],
      digits: null,
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
  ])('for %j is also one for a phone number with %s', (q, digits) => {
    expect(readSearch(q)?.digits).toBe(digits);
  });

  it.each([['61'], ['6 1'], ['ada'], ['level 42']])('for %j says too little of a phone number', (q) => {
    expect(readSearch(q)?.digits).toBeNull();
  });

  it('keeps what would be a wildcard', () => {
    expect(wordsOf('100% a_b a\\b')).toEqual(['100%', 'a_b', 'a\\b']);
  });
});
