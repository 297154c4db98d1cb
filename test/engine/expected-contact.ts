import { type Contact, DETAIL_FIELDS } from '#contact';

import { inAnyOrder } from './folded-log.js';
import { type TruePerson } from './simulated-account.js';

type Item = Readonly<Record<string, unknown>>;

/** What a contact says, without what makes no difference: the order of items, and empty fields. */
export function sayingOf(contact: Contact): string {
  return comparable(Object.fromEntries(DETAIL_FIELDS.map((field) => [field, contact[field]])));
}

/** What the contact of a person must say: made from Google's person, by rules written again for the test. */
export function expectedSaying(person: TruePerson): string {
  const items = (field: string): Item[] => (person[field] as Item[] | undefined) ?? [];
  const text = (value: unknown): unknown => (value === undefined || value === '' ? null : value);
  const primary = ({ metadata }: Item): boolean =>
    (metadata as { primary?: boolean } | undefined)?.primary === true;
  const name = items('names').find(primary) ?? {};
  return comparable({
    displayName: name.displayName ?? '',
    givenName: text(name.givenName),
    familyName: text(name.familyName),
    middleName: text(name.middleName),
    honorificPrefix: text(name.honorificPrefix),
    honorificSuffix: text(name.honorificSuffix),
    phoneNumbers: items('phoneNumbers').map((item) => ({
      value: item.value,
      canonicalForm: item.canonicalForm ?? null,
      type: item.type ?? null,
      primary: primary(item),
    })),
    emailAddresses: items('emailAddresses').map((item) => ({
      value: item.value,
      type: item.type ?? null,
      primary: primary(item),
    })),
    organizations: items('organizations').map((item) => ({
      name: item.name ?? null,
      title: item.title ?? null,
      department: item.department ?? null,
      primary: primary(item),
    })),
    userDefined: items('userDefined').map((item) => ({ key: item.key, value: item.value })),
    biography: text(items('biographies').find(primary)?.value),
  });
}

function comparable(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(
    Object.entries(fields)
      .filter(
        ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
      )
      .map(([field, value]) => [field, inAnyOrder(value)])
      .sort(),
  );
}
