import { describe, expect, it } from '@jest/globals';
import { type Contact } from '#contact';
import { parse } from 'csv-parse/sync';

import { CONTACTS, NOBODY } from '../support/arbitrary-contact.spec.js';
import { GoogleCsv, NARROWEST, widened } from './google-csv.js';

const JOINT = ' ::: ';

type Row = Readonly<Record<string, string>>;

function csvOf(contacts: readonly Contact[], { raw }: { readonly raw: boolean }): string {
  const csv = new GoogleCsv(contacts.reduce(widened, NARROWEST), { raw });
  return csv.header() + contacts.map((contact) => csv.row(contact)).join('');
}

/** csv-parse takes what other programs read for a row. */
const rowsOf = (text: string): Row[] => parse(text, { columns: true, record_delimiter: '\r\n' });

/** Everything in a row, values of one cell one by one, each label with each of its values. */
function pairsIn(row: Row, kind: string, subcolumn = 'Value'): string[] {
  return Object.keys(row)
    .filter((column) => column.startsWith(`${kind} `) && column.endsWith(' - Label'))
    .flatMap((column) => {
      const value = row[column.replace('Label', subcolumn)] ?? '';
      return value === '' ? [] : value.split(JOINT).map((one) => `${row[column] ?? ''} = ${one}`);
    })
    .sort();
}

/** What would fall apart when cells are taken apart. */
const isJoint = (text: string): boolean => text.includes(JOINT) || /^(?:|.*\s):|:(?:|\s.*)$/s.test(text);

const WORDS: Readonly<Record<string, string>> = {
  homeFax: 'Home Fax',
  workFax: 'Work Fax',
  workMobile: 'Work Mobile',
  workPager: 'Work Pager',
  homePage: 'Home Page',
  domesticPartner: 'Domestic Partner',
};
const KNOWN = [
  'home',
  'work',
  'other',
  'mobile',
  'pager',
  'main',
  'spouse',
  'child',
  'parent',
  'friend',
  'anniversary',
];
const label = (type: string | null): string =>
  type === null
    ? ''
    : (WORDS[type] ?? (KNOWN.includes(type) ? type.charAt(0).toUpperCase() + type.slice(1) : type));

describe('Google CSV', () => {
  const text = csvOf(CONTACTS, { raw: true });
  const rows = rowsOf(text);

  it('has the columns of Google Contacts, and as many as the widest contact needs', () => {
    const header = csvOf([NOBODY], { raw: false }).split('\r\n')[0];
    expect(header).toBe(
      'First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,' +
        'Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,' +
        'Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,' +
        'Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,' +
        'Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Relation 1 - Label,' +
        'Relation 1 - Value,Website 1 - Label,Website 1 - Value,Event 1 - Label,Event 1 - Value,' +
        'Custom Field 1 - Label,Custom Field 1 - Value',
    );
    expect(Object.keys(rows[0] ?? {})).toEqual(
      expect.arrayContaining(['E-mail 3 - Value', 'Address 3 - City']),
    );
    expect(Object.keys(rows[0] ?? {})).not.toContain('E-mail 4 - Value');
  });

  it('says to csv-parse what it can hold of a contact', () => {
    expect(rows).toHaveLength(CONTACTS.length);
    const wrong = CONTACTS.flatMap((contact, index) => {
      const row = rows[index] ?? {};
      const { organizations } = contact;
      const organization = organizations.find(({ primary }) => primary) ?? organizations[0];
      const expected: Row = {
        'Middle Name': contact.middleName ?? '',
        'Last Name': contact.familyName ?? '',
        'Phonetic First Name': contact.phoneticGivenName ?? '',
        'Phonetic Middle Name': contact.phoneticMiddleName ?? '',
        'Phonetic Last Name': contact.phoneticFamilyName ?? '',
        'Name Prefix': contact.honorificPrefix ?? '',
        'Name Suffix': contact.honorificSuffix ?? '',
        Nickname: contact.nicknames.join(JOINT),
        'File As': contact.fileAs ?? '',
        'Organization Name': organization?.name ?? '',
        'Organization Title': organization?.title ?? '',
        'Organization Department': organization?.department ?? '',
        Notes: contact.biography ?? '',
        Photo: contact.photoUrl ?? '',
      };
      const differing = Object.entries(expected).filter(([column, value]) => row[column] !== value);
      return differing.map(([column, value]) => ({ index, column, value, read: row[column] }));
    });
    expect(wrong).toEqual([]);
  });

  it('has each value under its label, however many there are', () => {
    const wrong = CONTACTS.flatMap((contact, index) => {
      const row = rows[index] ?? {};
      const typed = {
        Phone: contact.phoneNumbers.map(({ type, value }) => [label(type), value]),
        Website: contact.urls.map(({ type, value }) => [label(type), value]),
        Relation: contact.relations.map(({ type, person }) => [label(type), person]),
        'Custom Field': contact.userDefined.map(({ key, value }) => [key, value]),
      };
      return Object.entries(typed).flatMap(([kind, pairs]) => {
        if (pairs.flat().some(isJoint)) return [];
        const expected = pairs.map(([one = '', value = '']) => `${one} = ${value}`).sort();
        const read = pairsIn(row, kind);
        return JSON.stringify(read) === JSON.stringify(expected) ? [] : [{ index, kind, expected, read }];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('joins values of one label, the primary one first, and marks the primary address', () => {
    const [row] = rowsOf(
      csvOf(
        [
          {
            ...NOBODY,
            emailAddresses: [
              { value: 'home@example.org', type: 'home', primary: false },
              { value: 'a@example.org', type: 'work', primary: false },
              { value: 'b@example.org', type: 'work', primary: true },
            ],
            phoneNumbers: [
              { value: '+33 6 12 34 56 78', canonicalForm: null, type: 'mobile', primary: true },
              { value: '06 00 00 00 00', canonicalForm: null, type: 'mobile', primary: false },
            ],
            groups: ['contactGroups/myContacts', 'contactGroups/starred', 'contactGroups/1a2b'],
            birthday: { year: null, month: 12, day: 10 },
            events: [{ type: 'anniversary', year: 1835, month: 7, day: 8 }],
          },
        ],
        { raw: false },
      ),
    );
    expect(row).toMatchObject({
      'E-mail 1 - Label': '* Work',
      'E-mail 1 - Value': 'b@example.org ::: a@example.org',
      'E-mail 2 - Label': 'Home',
      'E-mail 2 - Value': 'home@example.org',
      'Phone 1 - Label': 'Mobile',
      'Phone 1 - Value': '+33 6 12 34 56 78 ::: 06 00 00 00 00',
      Labels: '* myContacts ::: * starred',
      Birthday: '--12-10',
      'Event 1 - Label': 'Anniversary',
      'Event 1 - Value': '1835-07-08',
    });
  });

  it('lets no program run what a contact says, unless that is asked for', () => {
    const named = { ...NOBODY, displayName: 'x', givenName: '=cmd|"/c calc"!A1', familyName: '+1' };
    expect(rowsOf(csvOf([named], { raw: false }))[0]).toMatchObject({
      'First Name': `'=cmd|"/c calc"!A1`,
      'Last Name': '+1',
    });
    expect(rowsOf(csvOf([named], { raw: true }))[0]?.['First Name']).toBe('=cmd|"/c calc"!A1');
    const cells = rowsOf(csvOf(CONTACTS.slice(1), { raw: false })).flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^[=@\t\r]|^[+-].*[^\d ()./+:-]/s.test(cell))).toEqual([]);
  });

  it.each([
    [{ displayName: 'Ada' }, 'Ada'],
    [{ displayName: 'Ada Lovelace', familyName: 'Lovelace' }, ''],
    [
      {
        displayName: 'ACME',
        organizations: [{ name: 'ACME', title: null, department: null, primary: true }],
      },
      '',
    ],
    [
      {
        displayName: 'a@example.org',
        emailAddresses: [{ value: 'a@example.org', type: null, primary: true }],
      },
      '',
    ],
  ])(
    'has a name that is not in parts as the first name, and none that was made of others: %j',
    (says, name) => {
      expect(rowsOf(csvOf([{ ...NOBODY, ...says }], { raw: true }))[0]?.['First Name']).toBe(name);
    },
  );

  it('loses nothing of a contact that has grown since its columns were counted', () => {
    const grown = {
      ...NOBODY,
      relations: ['a', 'b', 'c'].map((person) => ({ person, type: `${person}'s` })),
    };
    const csv = new GoogleCsv(NARROWEST, { raw: true });
    expect(rowsOf(csv.header() + csv.row(grown))[0]).toMatchObject({
      'Relation 1 - Label': `a's ::: b's ::: c's`,
      'Relation 1 - Value': 'a ::: b ::: c',
    });
  });
});
