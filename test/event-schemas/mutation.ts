import fc from 'fast-check';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Holder = Json[] | Record<string, Json>;

/** One change of a message's data; the numbers choose the place and what is put there. */
export interface Mutation {
  readonly kind: keyof typeof KINDS;
  readonly at: number;
  readonly pick: number;
  readonly text: string;
}

interface Place {
  readonly holder: Holder;
  readonly key: string | number;
}

const WRONG_TYPES: readonly Json[] = [null, true, 0, 7.5, 'text', [], {}, [[]], { a: 1 }, ['text'], [{}]];
const NUMBERS: readonly Json[] = [
  0,
  -1,
  1,
  1.5,
  12,
  13,
  31,
  32,
  9999,
  10_000,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e308,
];
const TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\0',
    'null',
    'undefined',
    '../../etc/passwd',
    "' or 1=1 --",
    '<b>',
    '{}',
    '0',
    '-1',
    '💌',
    '\ud800',
  ],
  ...[
    'people/',
    'people/ ',
    'People/c1',
    'otherContacts/c1',
    'people/c1\n',
    'contacts/c1',
    'c1',
    '/people/c1',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF',
    '{5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a11}',
  ],
  ...[
    '5f1f0a2e0f5b5d3c8a550f3f5c0e6a11',
    '5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a1',
    'urn:uuid:5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a11',
  ],
  ...[
    'now',
    '2025-02-30T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-01-01',
    '2025-01-01T24:00:00Z',
    '2025-01-01T00:00:00',
  ],
  ...[
    '2025-01-01T00:00:00+01:00',
    '2025-1-1T00:00:00Z',
    '2024-02-29T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '20250101T000000Z',
  ],
  ...[
    'phonenumbers',
    'phone_numbers',
    'PhoneNumbers',
    'phoneNumbers',
    'nonsense',
    'contactId',
    '__proto__',
    'resourceName',
  ],
  ...[
    '/contact/biography',
    'contact/biography',
    '/contact',
    '/contact/~2',
    '/deleted/x',
    '#/contact/biography',
    '/contact//',
  ],
];
const UNIONS: readonly (readonly [string, Json])[] = [
  ...['created', 'updated', 'renamed', 'restored', 'deleted', 'Created', ''].map(
    (one) => ['change', one] as const,
  ),
  ...['deleted-in-google', 'absent-from-full-sync', 'merged', 'account-erased', 'Merged', 'gone'].map(
    (one) => ['reason', one] as const,
  ),
  ['mergedInto', null],
  ['mergedInto', '9d4b7c1e-55aa-5f0e-b1c2-8a7d6e5f4a3b'],
  ['changedFields', []],
  ['changedFields', ['resourceName']],
  ['changedFields', ['urls', 'urls']],
  ['changedFields', ['urls', 'resourceName']],
  ['before', null],
  ['before', {}],
  ['before', { resourceName: 'people/c9' }],
  ['before', { urls: [] }],
  ['before', { nonsense: 1 }],
  ['truncatedFields', []],
  ['truncatedFields', ['/contact/biography', '/contact/biography']],
  ['truncatedFields', ['/contact/biography']],
];

const KINDS = {
  remove: ({ holder, key }: Place) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
  },
  retype: (place: Place, { pick }: Mutation) => {
    const others = WRONG_TYPES.filter((wrong) => kindOf(wrong) !== kindOf(get(place)));
    put(place, chosen(others, pick));
  },
  'put out of range': (place: Place, { pick }: Mutation) => {
    put(place, chosen(NUMBERS, pick));
  },
  'put garbage': (place: Place, { pick, text }: Mutation) => {
    put(place, pick % 4 === 0 ? text : chosen(TEXTS, Math.floor(pick / 4)));
  },
  'swap ids': (_: Place, { at, pick }: Mutation, data: Json) => {
    const ids = placesIn(data).filter((place) =>
      /^[0-9a-f-]{36}$|^people\//.test(JSON.stringify(get(place)).slice(1, -1)),
    );
    const [one, other] = [chosen(ids, at), chosen(ids, pick)];
    const value = get(one);
    put(one, get(other));
    put(other, value);
  },
  'take another alternative': (_: Place, { pick }: Mutation, data: Json) => {
    const [name, value] = chosen(UNIONS, pick);
    put({ holder: data as Holder, key: name }, structuredClone(value));
  },
  rename: ({ holder, key }: Place, { pick }: Mutation) => {
    if (Array.isArray(holder)) return;
    const value = holder[key] ?? null;
    Reflect.deleteProperty(holder, key);
    const name = String(key);
    holder[chosen([name.toUpperCase(), `${name} `, `_${name}`, name.replaceAll(/[A-Z]/g, '_$&')], pick)] =
      value;
  },
  'put elsewhere': (place: Place, { pick }: Mutation, data: Json) => {
    put(place, structuredClone(get(chosen(placesIn(data), pick))));
  },
  add: ({ holder }: Place, { pick, text }: Mutation) => {
    const value = structuredClone(chosen(WRONG_TYPES, pick));
    if (Array.isArray(holder)) holder.push(value);
    else holder[`later${text}`] = value;
  },
};

export const KINDS_OF_MUTATION = Object.keys(KINDS) as (keyof typeof KINDS)[];

export const arbitraryMutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS_OF_MUTATION),
  at: fc.nat(),
  pick: fc.nat(),
  text: fc.string({ unit: 'binary', maxLength: 5 }),
});

/** The data with all of the changes. */
export function mutated(original: Json, mutations: readonly Mutation[]): Json {
  const data = structuredClone(original);
  for (const mutation of mutations) {
    // Else most changes would be made to what a contact says.
    const all = placesIn(data);
    const top = all.filter(({ holder }) => holder === data);
    const places = mutation.at % 2 === 0 && top.length > 0 ? top : all;
    if (places.length > 0) KINDS[mutation.kind](chosen(places, Math.floor(mutation.at / 2)), mutation, data);
  }
  // As a consumer gets it.
  return JSON.parse(JSON.stringify(data)) as Json;
}

function placesIn(value: Json): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [{ holder: value, key }, ...placesIn(get({ holder: value, key }))]);
}

function get({ holder, key }: Place): Json {
  return (holder as Record<string | number, Json>)[key] ?? null;
}

function put({ holder, key }: Place, value: Json): void {
  (holder as Record<string | number, Json>)[key] = value;
}

function chosen<T>(all: readonly T[], number: number): T {
  return all[number % all.length] as T;
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
