import {
  type Address,
  type Birthday,
  type ContactDetails,
  type ContactOccasion,
  type EmailAddress,
  type Gender,
  type Organization,
  type PartialDate,
  type PhoneNumber,
} from './contact.js';
import { type JsonObject } from './json-reader.js';
import { isSameNumber, isSameText, isSameUrl, saysNoMore } from './same-value.js';
import { distinctItems, preferred, type SourcedItem, sourcedItems, withPrimary } from './sourced-items.js';

/**
 * The person fields (Google's names) that {@link readDetails} reads: the field mask of every request. Google documents
 * `fileAses` as a field of a person and not as a path of masks, and takes it as one (docs/adr/0034-what-a-contact-is.md).
 */
export const PERSON_FIELDS = [
  'names',
  'fileAses',
  'nicknames',
  'emailAddresses',
  'phoneNumbers',
  'organizations',
  'addresses',
  'birthdays',
  'genders',
  'urls',
  'relations',
  'events',
  'imClients',
  'sipAddresses',
  'calendarUrls',
  'occupations',
  'interests',
  'locales',
  'locations',
  'externalIds',
  'miscKeywords',
  'userDefined',
  'biographies',
  'photos',
  'memberships',
  'metadata',
] as const;

type Field = (typeof PERSON_FIELDS)[number];

/**
 * Maps a person to contact details: what the person wrote, and of what Google adds from profiles that which is not there
 * yet (docs/contacts.md). Google gives items in no guaranteed order, so all order comes from what they say and from their
 * metadata. Items that say nothing are dropped.
 *
 * @throws PersonNotUnderstood where a member has another type than documented
 */
export function readDetails(person: JsonObject): ContactDetails {
  const names = person.objects('names');
  const parts = preferred(names, readNameParts);
  const phonetic = preferred(names, readPhoneticName);
  const fileAs = preferred(person.objects('fileAses'), valueOf);
  const details = {
    givenName: parts?.givenName ?? null,
    familyName: parts?.familyName ?? null,
    middleName: parts?.middleName ?? null,
    honorificPrefix: parts?.honorificPrefix ?? null,
    honorificSuffix: parts?.honorificSuffix ?? null,
    phoneticFullName: phonetic?.phoneticFullName ?? null,
    phoneticGivenName: phonetic?.phoneticGivenName ?? null,
    phoneticFamilyName: phonetic?.phoneticFamilyName ?? null,
    phoneticMiddleName: phonetic?.phoneticMiddleName ?? null,
    phoneticHonorificPrefix: phonetic?.phoneticHonorificPrefix ?? null,
    phoneticHonorificSuffix: phonetic?.phoneticHonorificSuffix ?? null,
    fileAs,
    nicknames: textsOf(person, 'nicknames'),
    emailAddresses: valuesWithPrimary(person, 'emailAddresses', readEmailAddress, isSameText),
    phoneNumbers: valuesWithPrimary(person, 'phoneNumbers', readPhoneNumber, isSameNumber),
    organizations: itemsWithPrimary(person, 'organizations', readOrganization, employment),
    addresses: itemsWithPrimary(person, 'addresses', readAddress, placeOf),
    birthday: preferred(person.objects('birthdays'), readBirthday),
    gender: preferred(person.objects('genders'), readGender),
    urls: valuesWithPrimary(person, 'urls', readTyped('value'), isSameUrl),
    relations: itemsOf(person, 'relations', (relation) => {
      const name = relation.text('person');
      return name === null ? null : { person: name, type: relation.text('type') };
    }),
    events: itemsOf(person, 'events', readOccasion),
    imClients: itemsOf(person, 'imClients', (client) => {
      const username = client.text('username');
      if (username === null) return null;
      return { username, protocol: client.text('protocol'), type: client.text('type') };
    }),
    sipAddresses: valuesWithPrimary(person, 'sipAddresses', readTyped('value'), isSameText),
    calendarUrls: valuesWithPrimary(person, 'calendarUrls', readTyped('url'), isSameUrl),
    occupations: textsOf(person, 'occupations'),
    interests: textsOf(person, 'interests'),
    locales: textsOf(person, 'locales'),
    locations: itemsOf(person, 'locations', readTyped('value')),
    externalIds: itemsOf(person, 'externalIds', readTyped('value')),
    miscKeywords: itemsOf(person, 'miscKeywords', readTyped('value')),
    userDefined: itemsOf(person, 'userDefined', (field) => {
      const [key, value] = [field.text('key'), field.text('value')];
      return key === null && value === null ? null : { key: key ?? '', value: value ?? '' };
    }),
    biography: preferred(person.objects('biographies'), valueOf),
    photoUrl: preferred(
      person.objects('photos').filter((photo) => !photo.flag('default')),
      (photo) => photo.text('url'),
    ),
    groups: groupsOf(person),
  };
  const displayName = parts?.displayName ?? preferred(names, readDisplayName) ?? madeName(details);
  return { displayName, ...details };
}

/** What a contact without a name is shown as; empty where it says nothing that could stand for one. */
function madeName(details: Omit<ContactDetails, 'displayName'>): string {
  const { organizations, emailAddresses, phoneNumbers, nicknames, sipAddresses, imClients, urls } = details;
  const ofOrganizations = (member: 'name' | 'title' | 'department' | 'phoneticName'): string | undefined =>
    organizations.map((organization) => organization[member] ?? undefined).find((text) => text !== undefined);
  return (
    ofOrganizations('name') ??
    emailAddresses[0]?.value ??
    phoneNumbers[0]?.value ??
    joined([details.phoneticGivenName, details.phoneticMiddleName, details.phoneticFamilyName]) ??
    details.phoneticFullName ??
    nicknames[0] ??
    details.fileAs ??
    ofOrganizations('title') ??
    ofOrganizations('department') ??
    ofOrganizations('phoneticName') ??
    sipAddresses[0]?.value ??
    imClients[0]?.username ??
    urls[0]?.value ??
    ''
  );
}

function readDisplayName(name: JsonObject): string | null {
  return (
    name.text('displayName') ??
    name.text('unstructuredName') ??
    joined([name.text('givenName'), name.text('middleName'), name.text('familyName')])
  );
}

/** `displayName` comes last: it is worded by the reader's locale, and an order must not depend on that. */
function readNameParts(name: JsonObject) {
  const parts = {
    givenName: name.text('givenName'),
    middleName: name.text('middleName'),
    familyName: name.text('familyName'),
    honorificPrefix: name.text('honorificPrefix'),
    honorificSuffix: name.text('honorificSuffix'),
  };
  const displayName = readDisplayName(name);
  return displayName !== null || saysAnything(parts) ? { ...parts, displayName } : null;
}

function readPhoneticName(name: JsonObject) {
  const phonetic = {
    phoneticGivenName: name.text('phoneticGivenName'),
    phoneticMiddleName: name.text('phoneticMiddleName'),
    phoneticFamilyName: name.text('phoneticFamilyName'),
    phoneticHonorificPrefix: name.text('phoneticHonorificPrefix'),
    phoneticHonorificSuffix: name.text('phoneticHonorificSuffix'),
    phoneticFullName: name.text('phoneticFullName'),
  };
  return saysAnything(phonetic) ? phonetic : null;
}

function readEmailAddress(email: JsonObject): Omit<EmailAddress, 'primary'> | null {
  const value = email.text('value');
  if (value === null) return null;
  return { value, type: email.text('type'), ...said({ displayName: email.text('displayName') }) };
}

function readPhoneNumber(phone: JsonObject): Omit<PhoneNumber, 'primary'> | null {
  const value = phone.text('value');
  if (value === null) return null;
  return { value, canonicalForm: phone.text('canonicalForm'), type: phone.text('type') };
}

function readOrganization(organization: JsonObject): Omit<Organization, 'primary'> | null {
  const about = {
    name: organization.text('name'),
    title: organization.text('title'),
    department: organization.text('department'),
    ...said({
      phoneticName: organization.text('phoneticName'),
      jobDescription: organization.text('jobDescription'),
      symbol: organization.text('symbol'),
      domain: organization.text('domain'),
      location: organization.text('location'),
    }),
  };
  if (!saysAnything(about)) return null;
  return {
    ...about,
    ...said({
      type: organization.text('type'),
      startDate: readDate(organization.object('startDate')),
      endDate: readDate(organization.object('endDate')),
      current: organization.flag('current') ? true : null,
    }),
  };
}

/** Without the labels, which Google gives the same employment differently in a contact and in a profile. */
function employment({ type, current, ...about }: Omit<Organization, 'primary'>): object {
  return about;
}

function readAddress(address: JsonObject): Omit<Address, 'primary'> | null {
  const formattedValue = address.text('formattedValue');
  const parts = {
    streetAddress: address.text('streetAddress'),
    extendedAddress: address.text('extendedAddress'),
    poBox: address.text('poBox'),
    city: address.text('city'),
    region: address.text('region'),
    postalCode: address.text('postalCode'),
    country: address.text('country'),
    countryCode: address.text('countryCode'),
  };
  if (formattedValue === null && !saysAnything(parts)) return null;
  return { formattedValue, type: address.text('type'), ...parts };
}

/** The place alone; its formatted value is derived where there are parts. */
function placeOf({ type, formattedValue, ...parts }: Omit<Address, 'primary'>): object {
  return saysAnything(parts) ? parts : { formattedValue };
}

/** Google words a date as text, too: text is read only where it is all there is. */
function readBirthday(birthday: JsonObject): Birthday | null {
  const date = readDate(birthday.object('date'));
  if (date !== null) return date;
  const text = birthday.text('text');
  return text === null ? null : { year: null, month: null, day: null, text };
}

function readGender(item: JsonObject): Gender | null {
  const gender = { value: item.text('value'), addressMeAs: item.text('addressMeAs') };
  return saysAnything(gender) ? gender : null;
}

function readOccasion(event: JsonObject): ContactOccasion | null {
  const date = readDate(event.object('date'));
  return date === null ? null : { type: event.text('type'), ...date };
}

/** What iOS stores as the year of a date that has none. */
const NO_YEAR = 1604;

/** The ranges are those of google.type.Date. */
function readDate(date: JsonObject | null): PartialDate | null {
  if (date === null) return null;
  const year = date.number('year', 9999);
  const parts = {
    year: year === NO_YEAR ? null : year,
    month: date.number('month', 12),
    day: date.number('day', 31),
  };
  return saysAnything(parts) ? parts : null;
}

function readTyped(member: string) {
  return (item: JsonObject): { value: string; type: string | null } | null => {
    const value = item.text(member);
    return value === null ? null : { value, type: item.text('type') };
  };
}

function valueOf(item: JsonObject): string | null {
  return item.text('value');
}

function textsOf(person: JsonObject, field: Field): string[] {
  const read = (item: JsonObject) => {
    const value = item.text('value');
    return value === null ? null : { value };
  };
  return itemsOf(person, field, read).map(({ value }) => value);
}

function groupsOf(person: JsonObject): string[] {
  const groups = person
    .objects('memberships')
    .map((item) => item.object('contactGroupMembership')?.text('contactGroupResourceName') ?? null);
  return [...new Set(groups.filter((group) => group !== null))].sort();
}

/** What is one item by its value: written twice, under two labels perhaps, it is still one. */
function valuesWithPrimary<T extends { readonly value: string }>(
  person: JsonObject,
  field: Field,
  read: (item: JsonObject) => T | null,
  isSame: (one: T, other: T) => boolean,
) {
  const items = person.objects(field);
  const values = distinctItems(sourcedItems(items, read), (item, kept) => isSame(item.says, kept.says));
  return withPrimary(values, items.some(isPrimary));
}

/** @param about what an item is told from another by, whatever its label */
function itemsWithPrimary<T extends { readonly type?: string | null | undefined }>(
  person: JsonObject,
  field: Field,
  read: (item: JsonObject) => T | null,
  about: (item: T) => object,
) {
  const items = person.objects(field);
  const labelled = (item: T): object => ({ about: about(item), type: item.type });
  const distinct = distinctItems(sourcedItems(items, read, labelled), addsNothing(about, labelled));
  return withPrimary(distinct, items.some(isPrimary));
}

function itemsOf<T extends object>(
  person: JsonObject,
  field: Field,
  read: (item: JsonObject) => T | null,
): T[] {
  const whole = (item: T): object => item;
  const items = distinctItems(sourcedItems(person.objects(field), read), addsNothing(whole, whole));
  return items.map(({ says }) => says);
}

/** What the person wrote goes only where it is written twice, what a profile has where all of it is said before. */
function addsNothing<T>(about: (item: T) => object, whole: (item: T) => object) {
  return (item: SourcedItem<T>, kept: SourcedItem<T>): boolean =>
    item.isOwn
      ? JSON.stringify(whole(item.says)) === JSON.stringify(whole(kept.says))
      : saysNoMore(about(item.says), about(kept.says));
}

function isPrimary(item: JsonObject): boolean {
  return item.object('metadata')?.flag('primary') ?? false;
}

function saysAnything(parts: object): boolean {
  return Object.values(parts).some((part) => part !== null);
}

/** The members that are not null. */
function said<T extends object>(members: T): { [M in keyof T]?: NonNullable<T[M]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as {
    [M in keyof T]?: NonNullable<T[M]>;
  };
}

function joined(parts: readonly (string | null)[]): string | null {
  const text = parts.filter((part) => part !== null).join(' ');
  return text === '' ? null : text;
}
