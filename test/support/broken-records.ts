import { readFileSync } from 'node:fs';

import { type IHeaders, type Message } from 'kafkajs';

/** A record that is no contact event, or none that can be stored. */
export interface BrokenRecord {
  readonly kind: string;
  readonly message: Message;
}

/** A record that would be read and stored, of an update in which every member says something. */
export interface SoundRecord {
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Path = readonly (string | number)[];

/** More than a thousand kinds, one record each, made from a sound one by one fault. */
export function brokenRecords(sound: SoundRecord): BrokenRecord[] {
  const data = JSON.parse(sound.value) as Json;
  const kinds = [
    ...brokenHeaders(sound),
    ...brokenData(data).map(([kind, value]): [string, Message] => [kind, { value, headers: sound.headers }]),
    ...foreign(sound),
    ...cutOff(sound),
  ];
  return kinds.map(([kind, message], index) => ({
    kind,
    message: { key: KEYS[index % KEYS.length] ?? null, ...message },
  }));
}

/** Never a contact's id. */
const KEYS: readonly (string | Buffer | null)[] = [
  'broken',
  '',
  null,
  '\0',
  '__proto__',
  Buffer.from([0xff, 0xfe, 0x00]),
  'k'.repeat(10_000),
  '{"contactId":1}',
];

function* brokenHeaders({ value, headers }: SoundRecord): Generator<[string, Message]> {
  const wrong = {
    ce_specversion: ['', '0.3', '1', '1.0 ', ' 1.0', '1.00', '2.0', 'one', '\0', '1.0\0', '１.０'],
    ce_type: [
      '',
      ' ',
      'contactUpdated',
      'ContactUpdated ',
      'ContactCreated',
      '\0',
      '__proto__',
      'constructor',
    ],
    ce_position: [
      '',
      ' ',
      '-1',
      '+1',
      '1.5',
      '1e3',
      '0x10',
      ' 1',
      '1 ',
      '1\n',
      '1,000',
      '١',
      'NaN',
      'Infinity',
    ],
  };
  // A position of 19 digits may be one of a log that was restored to an earlier time; the relay stops at those.
  const huge = ['10000000000000000000', '9'.repeat(20), '9'.repeat(5_000)];
  for (const [name, texts] of Object.entries({ ...wrong, ce_position: [...wrong.ce_position, ...huge] })) {
    for (const text of texts) {
      yield [
        `${name} ${JSON.stringify(text.slice(0, 30))}`,
        { value, headers: { ...headers, [name]: text } },
      ];
    }
    const others = Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
    yield [`without ${name}`, { value, headers: others }];
    yield [
      `${name} in capitals`,
      { value, headers: { ...others, [name.toUpperCase()]: headers[name] ?? '' } },
    ];
    yield [
      `${name} under an odd name`,
      { value, headers: { ...others, [`${name}\0`]: headers[name] ?? '' } },
    ];
    yield [`${name} as bytes`, { value, headers: { ...headers, [name]: Buffer.from([0xff, 0xfe]) } }];
    yield [
      `${name} in UTF-16`,
      { value, headers: { ...headers, [name]: Buffer.from(headers[name] ?? '', 'utf16le') } },
    ];
    yield [
      `${name} twice, the last wrong`,
      { value, headers: { ...headers, [name]: [headers[name] ?? '', 'no'] } },
    ];
  }
  const odd: Record<string, IHeaders> = {
    none: {},
    'of an object': { ['__proto__']: 'own', constructor: 'own', toString: 'own', hasOwnProperty: 'own' },
    'one without a name': { '': 'nameless' },
    many: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`h${index}`, String(index)])),
    large: { blob: 'x'.repeat(200_000) },
    'of the structured mode': { 'content-type': 'application/cloudevents+json' },
    'of another binding': { 'ce-specversion': '1.0', 'ce-type': 'ContactUpdated', 'ce-position': '1' },
  };
  for (const [name, given] of Object.entries(odd)) yield [`headers: ${name}`, { value, headers: given }];
}

/** Each member of the data: gone, of every wrong type, of a wrong form; each number beyond numbers. */
function brokenData(data: Json): [string, string][] {
  return [...members(data)].flatMap(([path, value]) => {
    const at = path.join('.');
    const isListItem = typeof path.at(-1) === 'number';
    const faults: [string, Json | undefined][] = [
      ...(isListItem || mayBeMissing(path) ? [] : [['missing', undefined] as [string, undefined]]),
      ...WRONG_TYPES.filter((wrong) => kindOf(wrong) !== kindOf(value)).map(
        (wrong) => [`is ${JSON.stringify(wrong)}`, wrong] as [string, Json],
      ),
      ...wrongForms(at, value).map((wrong) => [`is ${JSON.stringify(wrong)}`, wrong] as [string, Json]),
    ];
    const texts: [string, string][] = faults.map(([fault, wrong]) => [
      `${at} ${fault}`,
      JSON.stringify(replaced(data, path, wrong)),
    ]);
    return [...texts, ...beyondNumbers(data, path, value)];
  });
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../libs/contact-events/schemas/contact-updated/1.json', import.meta.url), 'utf8'),
) as Schema;

/** What came after version 1 was published, older events lack. */
function mayBeMissing(path: Path): boolean {
  let schemas: readonly Schema[] = [SCHEMA];
  let isRequired = true;
  for (const step of path) {
    schemas = schemas.flatMap((schema) => [schema, ...(schema.anyOf ?? [])]);
    if (typeof step === 'number') schemas = schemas.flatMap(({ items }) => items ?? []);
    else {
      const holders = schemas.filter(({ properties }) => properties?.[step] !== undefined);
      isRequired = holders.length === 0 || holders.some(({ required }) => required?.includes(step) === true);
      schemas = holders.flatMap(({ properties }) => properties?.[step] ?? []);
    }
  }
  return !isRequired;
}

const WRONG_TYPES: readonly Json[] = [7.5, true, [[]], { a: { b: [] } }];

function wrongForms(at: string, value: Json): Json[] {
  if (typeof value === 'string' && /(?:contactId|accountId|runId|contact\.id)$/.test(at)) {
    return ['', 'x', '00000000', `${value} `, `{${value}}`, '../../etc/passwd', "' or 1=1 --"];
  }
  if (/(?:occurredAt|updatedAt)$/.test(at)) {
    return [
      '',
      'now',
      '2026-13-01T00:00:00.000Z',
      '2026-01-01',
      '2026-01-01 00:00:00Z',
      '0',
      '2026-02-30T00:00:00Z',
      '0000-01-01T00:00:00.000Z',
    ];
  }
  if (at === 'version') return [0, -1, 1.5, 2 ** 53, 1e308, '1', null];
  if (at === 'change') return ['', 'Updated', 'deleted', '__proto__', null];
  if (/(?:month|day)$/.test(at)) return [0, -1, 32, 1e21];
  if (typeof value === 'boolean') return ['true', 0, 1, null];
  if (Array.isArray(value)) return [null, '', 'a'];
  return [];
}

/** What JSON can say and a number cannot. U+0000 and lone surrogates are no fault: the read model mends them. */
function beyondNumbers(data: Json, path: Path, value: Json): [string, string][] {
  if (typeof value !== 'number') return [];
  const raw = (text: string): string => JSON.stringify(replaced(data, path, '@raw')).replace('"@raw"', text);
  return ['1e400', '-1e400', `1${'0'.repeat(400)}`].map((text) => [
    `${path.join('.')} is ${text.slice(0, 10)}`,
    raw(text),
  ]);
}

function* foreign({ value, headers }: SoundRecord): Generator<[string, Message]> {
  const nested = (depth: number, open: string, close: string): string =>
    `${open.repeat(depth)}${close.repeat(depth)}`;
  const data = JSON.parse(value) as Json;
  const values: Record<string, string | Buffer | null> = {
    'no value': null,
    'an empty value': '',
    'a space': ' ',
    'the number 0': '0',
    'JSON null': 'null',
    'JSON true': 'true',
    'a JSON text': '"contact"',
    'an empty object': '{}',
    'an empty list': '[]',
    'the data in a list': `[${value}]`,
    'the data as a text': JSON.stringify(value),
    'the data twice': value + value,
    'the data behind a byte order mark': `\ufeff${value}`,
    'the data with a comment': `/* v1 */${value}`,
    'the data with a comma too many': value.replace(/\}$/, ',}'),
    'the data in single quotes': value.replaceAll('"', "'"),
    'the data in UTF-16': Buffer.from(value, 'utf16le'),
    'the data in base64': Buffer.from(value).toString('base64'),
    'the data in an envelope': JSON.stringify({ payload: data, schema: null }),
    'a change of Debezium': JSON.stringify({ before: null, after: data, op: 'c', ts_ms: 1 }),
    'a structured CloudEvent': JSON.stringify({ specversion: '1.0', type: 'ContactUpdated', data }),
    'an Avro record of a registry': Buffer.from([0, 0, 0, 0, 7, 2, 4, 6]),
    'a protobuf message': Buffer.from([0x0a, 0x03, 0x61, 0x62, 0x63]),
    'a gzip stream': Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00]),
    XML: '<contact id="1"/>',
    'a web page': '<!doctype html><title>502 Bad Gateway</title>',
    'only zeros': Buffer.alloc(100),
    'bytes that are no text': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    '100,000 lists in each other': nested(100_000, '[', ']'),
    '100,000 lists that never end': '['.repeat(100_000),
    '50,000 objects in each other': `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    '200,000 members': JSON.stringify(
      Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`m${i}`, i])),
    ),
    'a prototype for data': `{"__proto__":${value}}`,
    'a polluted prototype': '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
    'a number of 100,000 digits': '9'.repeat(100_000),
    'a deletion': JSON.stringify({
      ...(data as object),
      contact: undefined,
      reason: 'deleted-in-google',
      mergedInto: null,
    }),
  };
  for (const [kind, foreignValue] of Object.entries(values)) yield [kind, { value: foreignValue, headers }];
  yield ['an update said to be a deletion', { value, headers: { ...headers, ce_type: 'ContactDeleted' } }];
}

const CUTS = 500;

/** As a writer leaves it that dies. */
function cutOff({ value, headers }: SoundRecord): [string, Message][] {
  const step = Math.floor(value.length / CUTS);
  return Array.from({ length: CUTS - 1 }, (_, index): [string, Message] => {
    const length = (index + 1) * step;
    return [`cut after ${length} characters`, { value: value.slice(0, length), headers }];
  });
}

function* members(value: Json, path: Path = []): Generator<[Path, Json]> {
  if (path.length > 0) yield [path, value];
  if (value === null || typeof value !== 'object') return;
  const inner: [string | number, Json][] = Array.isArray(value)
    ? value.slice(0, 1).map((item) => [0, item])
    : Object.entries(value);
  for (const [name, item] of inner) yield* members(item, [...path, name]);
}

function replaced(value: Json, [name, ...rest]: Path, by: Json | undefined): Json {
  const copy = structuredClone(value) as Record<string | number, Json>;
  if (name === undefined) throw new Error('There is nothing to replace');
  if (rest.length > 0) copy[name] = replaced(copy[name] ?? null, rest, by);
  else if (by === undefined) Reflect.deleteProperty(copy, name);
  else copy[name] = by;
  return copy;
}

function kindOf(value: Json): string {
  return Array.isArray(value) ? 'list' : typeof value;
}
