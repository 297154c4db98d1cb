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
  const items = (field: string): Item[] => inRank((person[field] as Item[] | undefined) ?? []);
  const names = items('names');
  const name = names.find((item) => NAME_PARTS.some((part) => text(item[part]) !== null)) ?? {};
  const phonetic = names.find((item) => PHONETIC_PARTS.some((part) => text(item[part]) !== null)) ?? {};
  const fileAs = text(items('fileAses')[0]?.value);
  const phoneNumbers = eachOnce(items('phoneNumbers'), (item) => String(item.value).replace(/\D/g, '')).map(
    (item) => ({
      value: item.value,
      canonicalForm: item.canonicalForm ?? null,
      type: item.type ?? null,
      primary: item.primary,
    }),
  );
  const emailAddresses = eachOnce(items('emailAddresses'), (item) => String(item.value).toLowerCase()).map(
    (item) => ({ value: item.value, type: item.type ?? null, primary: item.primary }),
  );
  const organizations = items('organizations').map((item) => ({
    name: item.name ?? null,
    title: item.title ?? null,
    department: item.department ?? null,
    ...(item.phoneticName !== undefined && { phoneticName: item.phoneticName }),
    primary: isPrimary(item),
  }));
  const [birthday] = items('birthdays');
  const [gender] = items('genders');
  const spoken = [phonetic.phoneticGivenName, phonetic.phoneticFamilyName].filter(Boolean).join(' ');
  const nameless = [organizations[0]?.name, emailAddresses[0]?.value, phoneNumbers[0]?.value, spoken, fileAs];
  return comparable({
    displayName: text(name.displayName) ?? nameless.find(Boolean) ?? '',
    givenName: text(name.givenName),
    familyName: text(name.familyName),
    middleName: text(name.middleName),
    honorificPrefix: text(name.honorificPrefix),
    honorificSuffix: text(name.honorificSuffix),
    phoneticGivenName: text(phonetic.phoneticGivenName),
    phoneticFamilyName: text(phonetic.phoneticFamilyName),
    fileAs,
    phoneNumbers,
    emailAddresses,
    organizations,
    birthday: birthday === undefined ? null : expectedBirthday(birthday),
    gender: gender === undefined ? null : { value: gender.value, addressMeAs: gender.addressMeAs },
    sipAddresses: items('sipAddresses').map((item) => ({
      value: item.value,
      type: item.type ?? null,
      primary: isPrimary(item),
    })),
    userDefined: items('userDefined').map((item) => ({ key: item.key, value: item.value })),
    biography: text(items('biographies')[0]?.value),
  });
}

const NAME_PARTS = ['displayName', 'givenName', 'familyName', 'honorificPrefix'];
const PHONETIC_PARTS = ['phoneticGivenName', 'phoneticFamilyName'];

/** Null for what nobody sees; the persons of these histories hold no other invisible characters. */
function text(value: unknown): unknown {
  return typeof value !== 'string' || value.replaceAll('\u200b', '').trim() === '' ? null : value;
}

interface Metadata {
  readonly primary?: boolean;
  readonly sourcePrimary?: boolean;
  readonly source?: { readonly type: string };
}

const metadataOf = ({ metadata }: Item): Metadata => metadata ?? {};
const isPrimary = (item: Item): boolean => metadataOf(item).primary === true;
const isOwn = (item: Item): boolean => metadataOf(item).source?.type === 'CONTACT';

/** The person's own before those of a profile, the primary one before others, then by what they say. */
function inRank(items: readonly Item[]): Item[] {
  const rank = (item: Item): string => {
    const { metadata, formattedType, canonicalForm, type, value, ...rest } = item;
    return JSON.stringify([
      !isOwn(item),
      !isPrimary(item),
      !metadataOf(item).sourcePrimary,
      value,
      canonicalForm ?? null,
      type ?? null,
      rest,
    ]);
  };
  return items.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/**
 * The first of those that are the same, with what only the others say. The primary one is what Google marks, but what the
 * person wrote before what a profile says.
 */
function eachOnce(ranked: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const values = [...Map.groupBy(ranked, keyOf).values()].map((same) => ({
    ...(Object.assign({}, ...same.toReversed()) as Item),
    isOwn: same.some(isOwn),
    isMarked: same.some(isPrimary),
    isFirst: same[0] !== undefined && metadataOf(same[0]).sourcePrimary === true,
  }));
  const own = values.filter((value) => value.isOwn);
  const candidates = own.length > 0 ? own : values;
  const primary = candidates.find((value) => value.isMarked) ?? candidates.find((value) => value.isFirst);
  const isMarked = values.some((value) => value.isMarked);
  return values.map((value) => ({ ...value, primary: isMarked && value === (primary ?? candidates[0]) }));
}

function expectedBirthday(birthday: Item): object {
  const { year, month, day } = (birthday.date ?? {}) as Record<string, number | undefined>;
  const known = { year: year === 1604 ? null : (year ?? null), month: month ?? null, day: day ?? null };
  return birthday.date === undefined ? { ...known, text: birthday.text } : known;
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
