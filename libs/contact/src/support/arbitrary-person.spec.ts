import fc from 'fast-check';

// Generated persons for the specs beside the domain; this file holds no spec itself.

type Item = Readonly<Record<string, unknown>>;
export type Fields = Readonly<Record<string, readonly Item[]>>;

const UNSEEN = ['\u0000', ' ', '\u00a0', '\u200b', '\u00ad'];

/** Any UTF-16 at all: U+0000 and lone surrogates too, and what nobody sees. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...UNSEEN, '\ud800', '\udc00', 'é', '名', 'a', 'A', '"'), fc.string()),
  maxLength: 4,
});
const type = fc.constantFrom('home', 'work', undefined);
const date = fc.record(
  {
    year: fc.oneof(fc.constant(1604), fc.integer({ min: 0, max: 9999 })),
    month: fc.nat(12),
    day: fc.nat(31),
  },
  { requiredKeys: [] },
);

/** Items of a kind, at most one of them primary, as Google promises. */
function items(item: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<readonly Item[]> {
  const list = fc.array(
    fc.tuple(fc.record(item, { requiredKeys: [] }), fc.constantFrom('CONTACT', 'PROFILE')),
    {
      maxLength: 4,
    },
  );
  return fc.tuple(list, fc.nat(5)).map(([all, primary]) =>
    all.map(([one, source], at) => ({
      ...one,
      metadata: { source: { type: source }, ...(at === primary && { primary: true }) },
    })),
  );
}

/** The fields of a person, each with any items or missing. */
export const arbitraryFields: fc.Arbitrary<Fields> = fc.record(
  {
    names: items({
      displayName: text,
      givenName: text,
      familyName: text,
      middleName: text,
      honorificPrefix: text,
      honorificSuffix: text,
      unstructuredName: text,
      phoneticGivenName: text,
      phoneticFamilyName: text,
      phoneticFullName: text,
    }),
    fileAses: items({ value: text }),
    nicknames: items({ value: text }),
    emailAddresses: items({ value: text, type, displayName: text }),
    phoneNumbers: items({ value: text, canonicalForm: text, type }),
    organizations: items({
      name: text,
      title: text,
      department: text,
      phoneticName: text,
      type,
      startDate: date,
      current: fc.boolean(),
    }),
    addresses: items({ formattedValue: text, type, streetAddress: text, city: text, countryCode: text }),
    birthdays: items({ date, text }),
    genders: items({ value: text, addressMeAs: text }),
    urls: items({ value: text, type }),
    relations: items({ person: text, type }),
    events: items({ type, date }),
    imClients: items({ username: text, protocol: text, type }),
    sipAddresses: items({ value: text, type }),
    calendarUrls: items({ url: text, type }),
    occupations: items({ value: text }),
    interests: items({ value: text }),
    locales: items({ value: text }),
    locations: items({ value: text, type }),
    externalIds: items({ value: text, type }),
    miscKeywords: items({ value: text, type }),
    userDefined: items({ key: text, value: text }),
    biographies: items({ value: text }),
    photos: items({ url: text, default: fc.boolean() }),
    memberships: items({ contactGroupMembership: fc.record({ contactGroupResourceName: text }) }),
  },
  { requiredKeys: [] },
);

/** The same items in another order. */
export function reordered(fields: Fields): fc.Arbitrary<Fields> {
  const lists = Object.entries(fields).map(([name, list]) =>
    fc.shuffledSubarray([...list], { minLength: list.length }).map((items) => [name, items] as const),
  );
  return lists.length === 0
    ? fc.constant({})
    : fc.tuple(...lists).map((entries) => Object.fromEntries(entries));
}

/** The same items with all that Google derives, words by locale or counts up written anew, their members turned round. */
export function reworded(fields: Fields, word: string): Fields {
  const lists = Object.entries(fields).map(
    ([name, list]) => [name, list.map((item) => reworkItem(item, word))] as const,
  );
  return Object.fromEntries(lists);
}

const NAME_PARTS = ['givenName', 'familyName', 'middleName', 'honorificPrefix', 'honorificSuffix'];
const PHONETIC_PARTS = ['phoneticGivenName', 'phoneticFamilyName'];
const ADDRESS_PARTS = ['streetAddress', 'city', 'countryCode'];

function reworkItem(item: Item, word: string): Item {
  const says = (part: string): boolean =>
    typeof item[part] === 'string' &&
    UNSEEN.reduce((text, unseen) => text.replaceAll(unseen, ''), item[part]) !== '';
  const turned = Object.fromEntries(Object.entries(item).reverse());
  const metadata = item.metadata as { source: object };
  return {
    formattedType: word,
    etag: word,
    ...turned,
    metadata: { ...metadata, verified: true, source: { ...metadata.source, etag: word, updateTime: word } },
    ...(NAME_PARTS.some(says) && { displayName: word, displayNameLastFirst: word, unstructuredName: word }),
    ...(PHONETIC_PARTS.some(says) && { phoneticFullName: word }),
    ...(ADDRESS_PARTS.some(says) && { formattedValue: word }),
  };
}
