import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { type Contact, DETAIL_FIELDS, type DetailField } from '#contact';
import { GoogleCsv, NARROWEST, vCard, type VCardVersion } from '#contact-export';

import { codeOf, tableRows } from './support/markdown-tables.js';

const rows = tableRows(readFileSync('docs/export.md', 'utf8')).filter((row) => 'vCard 4.0' in row);

const words = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word).sort();

const nobody = Object.fromEntries([
  ...DETAIL_FIELDS.map((field) => [field, null]),
  ...[
    ...[
      'nicknames',
      'emailAddresses',
      'phoneNumbers',
      'organizations',
      'addresses',
      'urls',
      'relations',
      'events',
    ],
    ...['imClients', 'sipAddresses', 'calendarUrls', 'occupations', 'interests', 'locales', 'locations'],
    ...['externalIds', 'miscKeywords', 'userDefined', 'groups'],
  ].map((field) => [field, []]),
  ['id', '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00'],
  ['displayName', ''],
  ['updatedAt', '2026-11-29T09:15:00.000Z'],
]) as unknown as Contact;

const date = { year: 1835, month: 7, day: 8 };
const noDay = { year: 1835, month: 7, day: null };
const labelled = { value: 'value', type: 'own label', primary: true };

/** All that a member can say. */
const SAID: { readonly [F in DetailField]: readonly Contact[F][] } = {
  ...(Object.fromEntries(
    DETAIL_FIELDS.map((field) => [field, [Array.isArray(nobody[field]) ? ['one'] : 'one']]),
  ) as unknown as { readonly [F in DetailField]: readonly Contact[F][] }),
  fileAs: ['plain', 'with "quotes"'],
  emailAddresses: [[{ ...labelled, displayName: 'name' }]],
  phoneNumbers: [[{ ...labelled, canonicalForm: null }]],
  organizations: [
    [
      {
        name: 'name',
        title: 'title',
        department: 'department',
        phoneticName: 'phonetic',
        jobDescription: 'description',
        symbol: 'symbol',
        domain: 'domain',
        location: 'location',
        type: 'own label',
        startDate: date,
        endDate: date,
        current: true,
        primary: true,
      },
    ],
  ],
  addresses: [
    [
      {
        formattedValue: 'all',
        type: 'own label',
        streetAddress: 'street',
        extendedAddress: 'extended',
        poBox: 'box',
        city: 'city',
        region: 'region',
        postalCode: 'code',
        country: 'country',
        countryCode: 'FR',
        primary: true,
      },
    ],
  ],
  birthday: [date, { year: null, month: null, day: null, text: 'in summer' }],
  gender: [{ value: 'female', addressMeAs: 'she' }],
  urls: [[labelled]],
  relations: [[{ person: 'person', type: 'own label' }]],
  events: [
    [
      { type: 'anniversary', ...date },
      { type: 'own label', ...date },
      { type: 'own label', ...noDay },
    ],
  ],
  imClients: [[{ username: 'user', protocol: 'own service', type: 'own label' }]],
  sipAddresses: [[labelled]],
  calendarUrls: [[labelled]],
  locales: [['en', 'no tag']],
  locations: [[{ value: 'value', type: 'own label' }]],
  externalIds: [[{ value: 'value', type: 'own label' }]],
  miscKeywords: [[{ value: 'value', type: 'own label' }]],
  userDefined: [[{ key: 'key', value: 'value' }]],
  groups: [['contactGroups/myContacts', 'contactGroups/1a2b']],
};

/** What there is more of than of a contact that says nothing. */
function changed(write: (contact: Contact) => readonly string[], field: DetailField): string[] {
  const usual = new Set(write(nobody));
  const places = SAID[field].flatMap((says) =>
    write({ ...nobody, [field]: says }).filter((line) => !usual.has(line)),
  );
  return [...new Set(places.map((line) => line.replace(/=.*/s, '')))].sort();
}

const properties =
  (version: VCardVersion) =>
  (contact: Contact): string[] =>
    vCard(contact, version)
      .replaceAll('\r\n ', '')
      .split('\r\n')
      .map((line) => {
        const [, name = '', rest = ''] = /^(?:item\d+\.)?([A-Za-z-]*)(.*)$/s.exec(line) ?? [];
        return `${name}=${rest}`;
      });

/** A simple contact has no cell with a comma. */
function columns(contact: Contact): string[] {
  const csv = new GoogleCsv(NARROWEST, { raw: true });
  const names = csv.header().trimEnd().split(',');
  const cells = csv.row(contact).trimEnd().split(',');
  return cells.flatMap((cell, index) => (cell === '' ? [] : [`${names[index] ?? ''}=${cell}`]));
}

describe('docs/export.md', () => {
  it('has each member of a contact once, in their order', () => {
    expect(rows.map((row) => codeOf(row.Member ?? ''))).toEqual([...DETAIL_FIELDS]);
  });

  it.each(rows.map((row) => [codeOf(row.Member ?? '') as DetailField, row] as const))(
    'says where %s is, in each format',
    (field, row) => {
      expect({
        'vCard 4.0': words(row['vCard 4.0']),
        'vCard 3.0': words(row['vCard 3.0']),
        CSV: words(row.CSV),
      }).toEqual({
        'vCard 4.0': changed(properties('4.0'), field),
        'vCard 3.0': changed(properties('3.0'), field),
        CSV: changed(columns, field),
      });
    },
  );
});
