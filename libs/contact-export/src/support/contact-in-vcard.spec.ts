import { type Contact, type PartialDate } from '#contact';

import { type Property } from './read-vcards.spec.js';

// The way back from a vCard to a contact, for comparing; this file holds no spec itself.

/** What a vCard says of a contact. */
export type HeldContact = Omit<Contact, 'accountId' | 'resourceName' | 'phoneNumbers' | 'addresses'> & {
  readonly phoneNumbers: readonly Omit<Contact['phoneNumbers'][number], 'canonicalForm'>[];
  readonly addresses: readonly Omit<Contact['addresses'][number], 'formattedValue'>[];
};

const LABELS: Readonly<Record<string, string>> = {
  home: 'home',
  work: 'work',
  cell: 'mobile',
  'fax,home': 'homeFax',
  'fax,work': 'workFax',
  pager: 'pager',
  'cell,work': 'workMobile',
  'pager,work': 'workPager',
  spouse: 'spouse',
  child: 'child',
  parent: 'parent',
  friend: 'friend',
};

const OWN = 'X-CONTACTSTREAM-';

export function contactInVCard(properties: readonly Property[]): HeldContact {
  const named = (name: string): Property[] => properties.filter((property) => property.name === name);
  const texts = (name: string): string[] => named(name).map(({ values }) => values.join(''));
  const text = (...names: string[]): string | null => names.flatMap(texts)[0] ?? null;
  const listed = (name: string): string[] => named(name).flatMap(({ values }) => values);
  const inGroup = (group: string | null, name: string): string | null =>
    group === null
      ? null
      : (named(name)
          .find((property) => property.group === group)
          ?.values.join('') ?? null);
  const typesOf = ({ parameters }: Property): string[] =>
    (parameters.TYPE ?? []).map((type) => type.toLowerCase());
  const typeOf = (property: Property): string | null => {
    const types = typesOf(property).filter((type) => type !== 'pref');
    if (types.length === 0) return inGroup(property.group, 'X-ABLABEL');
    return LABELS[types.sort().join()] ?? `unknown type ${types.join()}`;
  };
  const isPrimary = (property: Property): boolean =>
    property.parameters.PREF?.[0] === '1' || typesOf(property).includes('pref');
  const typed = (name: string) =>
    named(name).map((property) => ({ value: property.values.join(''), type: typeOf(property) }));
  const withPrimary = (name: string) =>
    named(name).map((property) => ({
      value: property.values.join(''),
      type: typeOf(property),
      primary: isPrimary(property),
    }));
  const [familyName, givenName, middleName, honorificPrefix, honorificSuffix] = partsOf(named('N')[0]);
  const [names] = named('N');
  const gender = named('GENDER')[0];
  return {
    id: (text('UID') ?? '').replace('urn:uuid:', ''),
    updatedAt: timeIn(text('REV') ?? ''),
    displayName: text('FN') ?? '',
    familyName: familyName ?? null,
    givenName: givenName ?? null,
    middleName: middleName ?? null,
    honorificPrefix: honorificPrefix ?? null,
    honorificSuffix: honorificSuffix ?? null,
    phoneticFullName: text(`${OWN}PHONETIC-NAME`),
    phoneticGivenName: text('X-PHONETIC-FIRST-NAME'),
    phoneticFamilyName: text('X-PHONETIC-LAST-NAME'),
    phoneticMiddleName: text('X-PHONETIC-MIDDLE-NAME'),
    phoneticHonorificPrefix: text(`${OWN}PHONETIC-PREFIX`),
    phoneticHonorificSuffix: text(`${OWN}PHONETIC-SUFFIX`),
    fileAs: names?.parameters['SORT-AS']?.join() ?? text('SORT-STRING', `${OWN}FILE-AS`),
    nicknames: listed('NICKNAME'),
    emailAddresses: named('EMAIL').map((property) => ({
      value: property.values.join(''),
      type: typeOf(property),
      ...said({ displayName: inGroup(property.group, `${OWN}EMAIL-NAME`) }),
      primary: isPrimary(property),
    })),
    phoneNumbers: withPrimary('TEL'),
    organizations: organizationsIn(properties, isPrimary, inGroup),
    addresses: named('ADR').map((property) => {
      const [poBox, extendedAddress, streetAddress, city, region, postalCode, country] = partsOf(property);
      const parts = { poBox, extendedAddress, streetAddress, city, region, postalCode, country };
      return {
        ...(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part ?? null])) as Record<
          keyof typeof parts,
          string | null
        >),
        type: typeOf(property),
        countryCode: property.parameters.CC?.[0] ?? inGroup(property.group, 'X-ABADR'),
        primary: isPrimary(property),
      };
    }),
    birthday: birthdayIn(properties),
    gender:
      gender === undefined && text('X-GENDER', 'PRONOUNS', 'X-PRONOUNS') === null
        ? null
        : { value: genderIn(gender) ?? text('X-GENDER'), addressMeAs: text('PRONOUNS', 'X-PRONOUNS') },
    urls: withPrimary('URL'),
    relations: [...typed('RELATED'), ...typed('X-ABRELATEDNAMES')].map(({ value, type }) => ({
      person: value,
      type,
    })),
    events: properties
      .filter(({ name }) => ['ANNIVERSARY', 'X-ABDATE', `${OWN}DATE`].includes(name))
      .map((property) => ({
        type: property.name === 'ANNIVERSARY' ? 'anniversary' : typeOf(property),
        ...dateIn(property),
      })),
    imClients: named('IMPP').map((property) => ({
      username: decodeURIComponent(property.values.join('').replace(/^[^:]*:/, '')),
      protocol: property.parameters['X-SERVICE-TYPE']?.[0] ?? inGroup(property.group, `${OWN}PROTOCOL`),
      type: typeOf(property),
    })),
    sipAddresses: withPrimary('X-SIP'),
    calendarUrls: withPrimary('CALURI'),
    occupations: texts('ROLE'),
    interests: [...texts('INTEREST'), ...texts('X-INTEREST')],
    locales: properties
      .filter(({ name }) => name === 'LANG' || name === `${OWN}LOCALE`)
      .map(({ values }) => values.join('')),
    locations: typed(`${OWN}LOCATION`),
    externalIds: typed(`${OWN}EXTERNAL-ID`),
    miscKeywords: typed(`${OWN}KEYWORD`),
    userDefined: typed(`${OWN}FIELD`).map(({ value, type }) => ({ key: type ?? '', value })),
    biography: text('NOTE'),
    photoUrl: text('PHOTO'),
    groups: [...listed('CATEGORIES'), ...texts(`${OWN}GROUP`)].map((group) =>
      group.startsWith('contactGroups/') ? group : `contactGroups/${group}`,
    ),
  };
}

function organizationsIn(
  properties: readonly Property[],
  isPrimary: (property: Property) => boolean,
  inGroup: (group: string | null, name: string) => string | null,
): Contact['organizations'] {
  const lines = properties.filter(({ name }) => name === 'ORG' || name === 'TITLE');
  return [...Map.groupBy(lines, ({ group }) => group)].map(([group, ofOne]) => {
    const [name, department] = partsOf(ofOne.find((line) => line.name === 'ORG'));
    const title = ofOne.find((line) => line.name === 'TITLE')?.values.join('') ?? null;
    const date = (suffix: string): PartialDate | null => {
      const text = inGroup(group, `${OWN}ORG-${suffix}`);
      return text === null ? null : isoDateIn(text);
    };
    return {
      name: name ?? null,
      title,
      department: department ?? null,
      ...said({
        phoneticName: inGroup(group, 'X-PHONETIC-ORG'),
        jobDescription: inGroup(group, `${OWN}ORG-DESCRIPTION`),
        symbol: inGroup(group, `${OWN}ORG-SYMBOL`),
        domain: inGroup(group, `${OWN}ORG-DOMAIN`),
        location: inGroup(group, `${OWN}ORG-LOCATION`),
        type: inGroup(group, 'X-ABLABEL'),
        startDate: date('START'),
        endDate: date('END'),
        current: inGroup(group, `${OWN}ORG-CURRENT`) === 'true' ? true : null,
      }),
      primary: ofOne.some(isPrimary),
    };
  });
}

function partsOf(property: Property | undefined): (string | null)[] {
  return (property?.values ?? []).map((value) => (value === '' ? null : value));
}

function said<T extends object>(members: T): { [M in keyof T]?: NonNullable<T[M]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as {
    [M in keyof T]?: NonNullable<T[M]>;
  };
}

function birthdayIn(properties: readonly Property[]): Contact['birthday'] {
  const property = properties.find(({ name }) => name === 'BDAY' || name === `${OWN}BDAY`);
  return property === undefined ? null : dateIn(property);
}

/** Both ways of ISO 8601; what is no date is text. */
function dateIn({ values, parameters }: Property): NonNullable<Contact['birthday']> {
  const text = values.join('');
  const date = isoDateIn(text);
  if (date === null) return { year: null, month: null, day: null, text };
  return parameters['X-APPLE-OMIT-YEAR']?.[0] === '1604' ? { ...date, year: null } : date;
}

const WAYS = [
  /^(?:(?<year>\d{4})|-)-(?<month>\d\d)?-(?<day>\d\d)$/,
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)$/,
  /^--(?<month>\d\d|-)(?<day>\d\d)$/,
  /^(?:(?<year>\d{4})|-)-(?<month>\d\d)$/,
  /^(?<year>\d{4})$/,
];

function isoDateIn(text: string): PartialDate | null {
  const groups = WAYS.map((way) => way.exec(text)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return null;
  const number = (part: string | undefined): number | null =>
    part === undefined || part === '-' ? null : Number(part);
  return { year: number(groups.year), month: number(groups.month), day: number(groups.day) };
}

function genderIn(property: Property | undefined): string | null {
  if (property === undefined) return null;
  const [letter = '', text] = property.values;
  return text ?? { M: 'male', F: 'female', U: 'unspecified' }[letter] ?? letter;
}

function timeIn(text: string): string {
  const [, ...parts] = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)/.exec(text) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number);
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)).toISOString();
}
