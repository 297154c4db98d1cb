import fc from 'fast-check';
import { type Contact } from '#contact';

// Generated contacts for the specs beside this; this file holds no spec itself.

const SNIPPETS = [
  ...['Zoë', 'Nguyễn Thị', 'Παπαδόπουλος', 'Достоевский', 'محمد', 'דוד', 'अनिल', 'தமிழ்', 'สมชาย', 'გიორგი'],
  ...[
    'Արամ',
    'አበበ',
    '林徽因',
    '山田 ﾀﾛｳ',
    '김민준',
    'ᠮᠣᠩᠭᠣᠯ',
    '👩‍👩‍👧',
    '🏳️‍🌈',
    'Z͑ͫ̓a',
    '\u202egnoW\u202c',
    'a\u0301',
  ],
  ...[
    '\n',
    ' ',
    '\t',
    '"',
    "'",
    ';',
    ',',
    ':',
    '\\',
    '\\n',
    '\\,',
    '^',
    '^n',
    '=',
    '+',
    '-',
    '@',
    '*',
    '%',
    '%20',
    '|',
  ],
  ...[
    '=1+1',
    'item1.',
    'BEGIN:VCARD',
    'END:VCARD',
    '\nEND:VCARD\n',
    '::',
    'TYPE=',
    '<b>',
    '&amp;',
    '\u00a0',
    '\u2028',
    '\u0085',
  ],
  ...['x'.repeat(74), 'é'.repeat(40), '名'.repeat(30), '😀'.repeat(20)],
];

/**
 * As the domain lets it in: not empty, well formed, without U+0000, with something to be seen. It does not end with a
 * backslash: ical.js takes what divides it from the next text for escaped then.
 */
const text = fc
  .array(fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ unit: 'grapheme', maxLength: 6 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) =>
    parts
      .join('')
      .toWellFormed()
      .replaceAll(/[\0\ufffd]/g, ''),
  )
  .filter((all) => all.trim() !== '' && !all.endsWith('\\'));

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 });
const list = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 3 });

const type = fc.option(
  fc.oneof(
    fc.constantFrom(
      'home',
      'work',
      'other',
      'mobile',
      'homeFax',
      'workFax',
      'pager',
      'workMobile',
      'workPager',
      'main',
    ),
    fc.constantFrom('spouse', 'child', 'parent', 'friend', 'domesticPartner', 'anniversary', 'homePage'),
    text,
  ),
);
const partialDate = fc
  .record({
    year: maybe(fc.integer({ min: 1, max: 9999 }).filter((year) => year !== 1604)),
    month: maybe(fc.integer({ min: 1, max: 12 })),
    day: maybe(fc.integer({ min: 1, max: 28 })),
  })
  .filter(({ year, month, day }) => year !== null || month !== null || day !== null);
const typed = fc.record({ value: text, type });
const url = fc.oneof(fc.webUrl(), fc.constantFrom('example.org', 'https://例え.jp/道?a=1,2;b=3#c'), text);

/** Members that are there only where they say something. */
const said = <T>(members: { [M in keyof T]: fc.Arbitrary<T[M]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

/** At most one of a list is primary. */
const withPrimary = <T extends object>(item: fc.Arbitrary<T>): fc.Arbitrary<(T & { primary: boolean })[]> =>
  fc
    .tuple(list(item), fc.nat(4))
    .map(([items, primary]) => items.map((one, index) => ({ ...one, primary: index === primary })));

/** ical.js leaves all backslashes out of a phone number of 3.0. */
const onOneLine = text.map((value) => `0${value.replaceAll(/[\n\\]/g, '')}`);

const phone = fc.record({
  value: fc.oneof(
    fc.constantFrom('+33 6 12 34 56 78', '06.12.34.56.78', '(555) 010-9999;ext=5', '*31#'),
    onOneLine,
  ),
  canonicalForm: fc.constantFrom(null, '+33612345678'),
  type,
});

const organization = fc
  .tuple(
    fc.record({ name: maybe(text), title: maybe(text), department: maybe(text) }),
    said({
      phoneticName: text,
      jobDescription: text,
      symbol: text,
      domain: text,
      location: text,
      type: text,
      startDate: partialDate,
      endDate: partialDate,
      current: fc.constant(true),
    }),
  )
  .map(([required, more]) => ({ ...required, ...more }))
  .filter(({ name, title, department, phoneticName }) =>
    [name, title, department, phoneticName].some((part) => part != null),
  );

const address = fc
  .record({
    formattedValue: maybe(text),
    type,
    streetAddress: maybe(text),
    extendedAddress: maybe(text),
    poBox: maybe(text),
    city: maybe(text),
    region: maybe(text),
    postalCode: maybe(text),
    country: maybe(text),
    countryCode: maybe(fc.constantFrom('FR', 'DE', 'US')),
  })
  .filter(({ type: _, ...parts }) => Object.values(parts).some((part) => part !== null));

/** Each group once. */
const groups = fc.uniqueArray(
  fc
    .constantFrom('myContacts', 'starred', 'friends', '1a2b3c4d', '2b3c4d5e')
    .map((name) => `contactGroups/${name}`),
  { maxLength: 3 },
);

/** Any contact that the domain may make. */
export const arbitraryContact: fc.Arbitrary<Contact> = fc.record({
  id: fc.uuid(),
  accountId: fc.uuid(),
  resourceName: fc.constant('people/c1'),
  displayName: fc.oneof(text, fc.constant('')),
  givenName: maybe(text),
  familyName: maybe(text),
  middleName: maybe(text),
  honorificPrefix: maybe(text),
  honorificSuffix: maybe(text),
  phoneticFullName: maybe(text),
  phoneticGivenName: maybe(text),
  phoneticFamilyName: maybe(text),
  phoneticMiddleName: maybe(text),
  phoneticHonorificPrefix: maybe(text),
  phoneticHonorificSuffix: maybe(text),
  fileAs: maybe(text),
  nicknames: list(text),
  emailAddresses: withPrimary(
    fc.tuple(typed, said({ displayName: text })).map(([required, more]) => ({ ...required, ...more })),
  ),
  phoneNumbers: withPrimary(phone),
  organizations: withPrimary(organization),
  addresses: withPrimary(address),
  birthday: maybe(
    fc.oneof(
      partialDate,
      text.map((typedText) => ({ year: null, month: null, day: null, text: typedText })),
    ),
  ),
  gender: maybe(
    fc
      .record({
        value: maybe(fc.oneof(fc.constantFrom('male', 'female', 'unspecified'), text)),
        addressMeAs: maybe(text),
      })
      .filter(({ value, addressMeAs }) => value !== null || addressMeAs !== null),
  ),
  urls: withPrimary(fc.record({ value: url, type })),
  relations: list(fc.record({ person: text, type })),
  events: list(fc.tuple(type, partialDate).map(([label, date]) => ({ type: label, ...date }))),
  imClients: list(
    fc.record({
      username: text,
      protocol: fc.option(fc.oneof(fc.constantFrom('jabber', 'googleTalk', 'qq', 'skype'), text)),
      type,
    }),
  ),
  sipAddresses: withPrimary(typed),
  calendarUrls: withPrimary(fc.record({ value: url, type })),
  occupations: list(text),
  interests: list(text),
  locales: list(fc.oneof(fc.constantFrom('en', 'fr-CH'), text)),
  locations: list(typed),
  externalIds: list(typed),
  miscKeywords: list(typed),
  userDefined: list(fc.record({ key: text, value: text })),
  biography: maybe(text),
  photoUrl: maybe(fc.webUrl()),
  groups,
  updatedAt: fc
    .date({ min: new Date('2001-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
    .map((time) => time.toISOString()),
});

/** A contact that says nothing. */
export const NOBODY: Contact = {
  id: '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00',
  accountId: '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f01',
  resourceName: 'people/c1',
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
  updatedAt: '2026-11-29T09:15:00.000Z',
};

/** The nightly run makes more of them. */
const COUNT = Number(process.env.EXPORTED_CONTACTS ?? 500);
const SEED = 2026;

const LONG = 'Wrote the first program, 名前; and more.\n';

/** The first one has a biography of 2 MB. */
export const CONTACTS: readonly Contact[] = [
  { ...NOBODY, biography: LONG.repeat(Math.ceil(2_000_000 / Buffer.byteLength(LONG))) },
  ...fc.sample(arbitraryContact, { numRuns: COUNT, seed: SEED }),
];
