import {
  type Address,
  type ContactDetails,
  type EmailAddress,
  type Organization,
  type PartialDate,
  type PhoneNumber,
} from './contact.js';
import { inCanonicalOrder } from './canonical-order.js';
import { type JsonObject } from './json-reader.js';

/** The person fields (Google's names) that {@link readDetails} reads: the field mask of every request. */
export const PERSON_FIELDS = [
  'names',
  'nicknames',
  'emailAddresses',
  'phoneNumbers',
  'organizations',
  'addresses',
  'birthdays',
  'urls',
  'relations',
  'events',
  'imClients',
  'userDefined',
  'biographies',
  'photos',
  'memberships',
  'metadata',
] as const;

/**
 * Maps a person to contact details. Google gives a person's items in no guaranteed order, so `primary` comes from
 * their metadata and lists are put into canonical order. Empty items are dropped.
 *
 * @throws PersonNotUnderstood where a member has another type than documented
 */
export function readDetails(person: JsonObject): ContactDetails {
  const name = preferred(person.objects('names'), readName);
  const emailAddresses = readEmailAddresses(person);
  const phoneNumbers = readPhoneNumbers(person);
  const organizations = readOrganizations(person);
  const nicknames = sortedSet(person.objects('nicknames').map((nickname) => nickname.text('value')));
  const displayName =
    name?.displayName ??
    organizations.find((organization) => organization.name !== null)?.name ??
    emailAddresses[0]?.value ??
    phoneNumbers[0]?.value ??
    nicknames[0] ??
    organizations.find((organization) => organization.title !== null)?.title ??
    '';

  return {
    displayName,
    givenName: name?.givenName ?? null,
    familyName: name?.familyName ?? null,
    middleName: name?.middleName ?? null,
    honorificPrefix: name?.honorificPrefix ?? null,
    honorificSuffix: name?.honorificSuffix ?? null,
    nicknames,
    emailAddresses,
    phoneNumbers,
    organizations,
    addresses: readAddresses(person),
    birthday: readBirthday(person),
    urls: inCanonicalOrder(
      withText(person.objects('urls'), 'value', (value, url) => ({
        value,
        type: url.text('type'),
        primary: isPrimary(url),
      })),
    ),
    relations: inCanonicalOrder(
      withText(person.objects('relations'), 'person', (value, relation) => ({
        person: value,
        type: relation.text('type'),
      })),
    ),
    events: inCanonicalOrder(
      person.objects('events').flatMap((event) => {
        const date = readDate(event.object('date'));
        return date === null ? [] : [{ type: event.text('type'), ...date }];
      }),
    ),
    imClients: inCanonicalOrder(
      withText(person.objects('imClients'), 'username', (username, client) => ({
        username,
        protocol: client.text('protocol'),
        type: client.text('type'),
      })),
    ),
    userDefined: inCanonicalOrder(
      person.objects('userDefined').flatMap((field) => {
        const [key, value] = [field.text('key'), field.text('value')];
        return key === null && value === null ? [] : [{ key: key ?? '', value: value ?? '' }];
      }),
    ),
    biography: preferred(person.objects('biographies'), (biography) => biography.text('value')),
    photoUrl: preferred(
      person.objects('photos').filter((photo) => !photo.flag('default')),
      (photo) => photo.text('url'),
    ),
    groups: sortedSet(
      person
        .objects('memberships')
        .map((item) => item.object('contactGroupMembership')?.text('contactGroupResourceName') ?? null),
    ),
  };
}

/** `displayName` comes last: it is worded by the reader's locale, and an order must not depend on that. */
function readName(name: JsonObject) {
  const parts = {
    givenName: name.text('givenName'),
    middleName: name.text('middleName'),
    familyName: name.text('familyName'),
    honorificPrefix: name.text('honorificPrefix'),
    honorificSuffix: name.text('honorificSuffix'),
  };
  const displayName =
    name.text('displayName') ??
    name.text('unstructuredName') ??
    joined([parts.givenName, parts.middleName, parts.familyName]);
  const says = displayName !== null || Object.values(parts).some((part) => part !== null);
  return says ? { ...parts, displayName } : null;
}

function readEmailAddresses(person: JsonObject): EmailAddress[] {
  return inCanonicalOrder(
    withText(person.objects('emailAddresses'), 'value', (value, email) => ({
      value,
      type: email.text('type'),
      primary: isPrimary(email),
    })),
  );
}

function readPhoneNumbers(person: JsonObject): PhoneNumber[] {
  return inCanonicalOrder(
    withText(person.objects('phoneNumbers'), 'value', (value, phone) => ({
      value,
      canonicalForm: phone.text('canonicalForm'),
      type: phone.text('type'),
      primary: isPrimary(phone),
    })),
  );
}

function readOrganizations(person: JsonObject): Organization[] {
  return inCanonicalOrder(
    person
      .objects('organizations')
      .map((organization) => ({
        name: organization.text('name'),
        title: organization.text('title'),
        department: organization.text('department'),
        primary: isPrimary(organization),
      }))
      .filter(({ name, title, department }) => name !== null || title !== null || department !== null),
  );
}

function readAddresses(person: JsonObject): Address[] {
  return inCanonicalOrder(
    person
      .objects('addresses')
      .map((address) => ({
        formattedValue: address.text('formattedValue'),
        type: address.text('type'),
        streetAddress: address.text('streetAddress'),
        extendedAddress: address.text('extendedAddress'),
        poBox: address.text('poBox'),
        city: address.text('city'),
        region: address.text('region'),
        postalCode: address.text('postalCode'),
        country: address.text('country'),
        countryCode: address.text('countryCode'),
        primary: isPrimary(address),
      }))
      .filter(({ type, primary, ...parts }) => Object.values(parts).some((part) => part !== null)),
  );
}

function readBirthday(person: JsonObject): PartialDate | null {
  return preferred(person.objects('birthdays'), (birthday) => readDate(birthday.object('date')));
}

/** The ranges are those of google.type.Date. */
function readDate(date: JsonObject | null): PartialDate | null {
  if (date === null) return null;
  const parts = {
    year: date.number('year', 9999),
    month: date.number('month', 12),
    day: date.number('day', 31),
  };
  return parts.year === null && parts.month === null && parts.day === null ? null : parts;
}

function isPrimary(item: JsonObject): boolean {
  return item.object('metadata')?.flag('primary') ?? false;
}

/**
 * What the one item of a kind that a contact shows says: the primary one, else the contact's own, else the first in an
 * order that depends on what they say alone. Items that say nothing are passed over.
 */
function preferred<T>(items: readonly JsonObject[], read: (item: JsonObject) => T | null): T | null {
  const ranked = items.flatMap((item) => {
    const value = read(item);
    const own = item.object('metadata')?.object('source')?.text('type') === 'CONTACT';
    const rank = `${isPrimary(item) ? 0 : 1}${own ? 0 : 1}${JSON.stringify(value)}`;
    return value === null ? [] : [{ value, rank }];
  });
  return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))[0]?.value ?? null;
}

/** Items that say something in `member`, mapped with it. */
function withText<T>(
  items: readonly JsonObject[],
  member: string,
  map: (text: string, item: JsonObject) => T,
): T[] {
  return items.flatMap((item) => {
    const text = item.text(member);
    return text === null ? [] : [map(text, item)];
  });
}

function sortedSet(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))].sort();
}

function joined(parts: readonly (string | null)[]): string | null {
  const text = parts.filter((part) => part !== null).join(' ');
  return text === '' ? null : text;
}
