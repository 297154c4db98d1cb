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
  const name = preferred(person.objects('names'));
  const emailAddresses = readEmailAddresses(person);
  const phoneNumbers = readPhoneNumbers(person);
  const organizations = readOrganizations(person);
  const nicknames = present(person.objects('nicknames').map((nickname) => nickname.text('value')));
  const displayName =
    name?.text('displayName') ??
    name?.text('unstructuredName') ??
    joined([name?.text('givenName'), name?.text('middleName'), name?.text('familyName')]) ??
    organizations.find((organization) => organization.name !== null)?.name ??
    emailAddresses[0]?.value ??
    phoneNumbers[0]?.value ??
    nicknames[0] ??
    organizations.find((organization) => organization.title !== null)?.title ??
    '';
  const photo = preferred(person.objects('photos').filter((item) => !item.flag('default')));

  return {
    displayName,
    givenName: name?.text('givenName') ?? null,
    familyName: name?.text('familyName') ?? null,
    middleName: name?.text('middleName') ?? null,
    honorificPrefix: name?.text('honorificPrefix') ?? null,
    honorificSuffix: name?.text('honorificSuffix') ?? null,
    nicknames: [...new Set(nicknames)].sort(),
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
    biography: preferred(person.objects('biographies'))?.text('value') ?? null,
    photoUrl: photo?.text('url') ?? null,
    groups: [
      ...new Set(
        present(
          person
            .objects('memberships')
            .map((item) => item.object('contactGroupMembership')?.text('contactGroupResourceName') ?? null),
        ),
      ),
    ].sort(),
  };
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
  const birthday = preferred(person.objects('birthdays').filter((item) => item.object('date') !== null));
  return birthday === null ? null : readDate(birthday.object('date'));
}

function readDate(date: JsonObject | null): PartialDate | null {
  if (date === null) return null;
  const parts = { year: date.number('year'), month: date.number('month'), day: date.number('day') };
  return parts.year === null && parts.month === null && parts.day === null ? null : parts;
}

function isPrimary(item: JsonObject): boolean {
  return item.object('metadata')?.flag('primary') ?? false;
}

/** The one item of a kind that a contact shows: the primary one, else the contact's own, else the first in order. */
function preferred(items: readonly JsonObject[]): JsonObject | null {
  const rank = (item: JsonObject): string => {
    const source = item.object('metadata')?.object('source');
    const own = source?.text('type') === 'CONTACT';
    return `${isPrimary(item) ? 0 : 1}${own ? 0 : 1}${JSON.stringify(item)}`;
  };
  if (items.length < 2) return items[0] ?? null;
  return items.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0] ?? null;
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

function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}

function joined(parts: readonly (string | null | undefined)[]): string | null {
  const text = parts.filter((part) => part !== null && part !== undefined).join(' ');
  return text === '' ? null : text;
}
