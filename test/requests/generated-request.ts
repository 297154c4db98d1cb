import fc from 'fast-check';

import { type Operation, type Schema } from './operations.js';

/** A request as it goes over the wire. */
export interface GeneratedRequest {
  readonly method: string;
  /** With its query, percent-encoded or as nobody should write it. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Values that exist, by the names of parameters and members that take them. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

/** Requests for the operations of the document: as it says, nearly so, or not at all. */
export function generatedRequest(
  operations: readonly Operation[],
  known: KnownValues,
): fc.Arbitrary<GeneratedRequest> {
  return fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      method: mostly(
        fc.constant(operation.method),
        fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'TRACE'),
      ),
      target: fc
        .tuple(path(operation, known), query(operation, known))
        .map(([where, asked]) => (asked === '' ? where : `${where}?${asked}`)),
      headers: headers(operation, known),
      body: body(operation, known),
    }),
  );
}

function path({ path: template, parameters }: Operation, known: KnownValues): fc.Arbitrary<string> {
  const parts = template.split('/').map((part) => {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    const schema = parameters.find((parameter) => parameter.name === name)?.schema;
    return name === undefined
      ? fc.constant(part)
      : mostly(fitting(name, schema, known), garbage).map(encoded);
  });
  const asWritten = fc.tuple(...parts).map((all) => all.join('/'));
  const changed = fc
    .tuple(asWritten, printable)
    .map(([text, more]) => `${text}/${more.replace(/[#?]/g, '')}`);
  return fc.oneof({ weight: 12, arbitrary: asWritten }, { weight: 1, arbitrary: changed });
}

function query({ parameters }: Operation, known: KnownValues): fc.Arbitrary<string> {
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) =>
      mostly(fitting(name, schema, known), garbage)
        .filter(isSoonAnswered(name))
        .map((value) => `${name}=${encoded(value)}`),
    );
  const others = fc.tuple(printable, garbage).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return fc
    .tuple(
      fc.tuple(...pairs.map((pair) => fc.option(pair, { nil: '', freq: 2 }))),
      fc.oneof({ weight: 15, arbitrary: fc.constant('') }, others, printable, ...pairs),
    )
    .map(([asked, more]) => [...asked, more].filter((pair) => pair !== '').join('&'));
}

/** A position that nobody has reached yet is waited for. */
function isSoonAnswered(name: string): (value: unknown) => boolean {
  return (value) => name !== 'minPosition' || !/^\d{2,18}$/.test(String(value));
}

function body({ body: schema, method }: Operation, known: KnownValues): fc.Arbitrary<string | null> {
  if (schema === undefined)
    return method === 'GET' ? fc.constant(null) : rarely(fc.constant(null), fc.json());
  const fits = fittingJson('', schema, known);
  const nearly = fc.tuple(fits, fc.string(), fc.jsonValue()).map(([value, name, other]) => {
    const names = Object.keys(value as object);
    return { ...(value as object), [names[0] ?? name]: other };
  });
  return fc.oneof(
    { weight: 4, arbitrary: fits.map((value) => JSON.stringify(value)) },
    { weight: 3, arbitrary: nearly.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fits.map((value) => JSON.stringify(value).slice(0, -1)) },
    { weight: 1, arbitrary: garbage },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

function headers({ parameters }: Operation, known: KnownValues): fc.Arbitrary<Record<string, string>> {
  const named = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name }) => [name.toLowerCase(), fc.oneof(fc.constant('respond-async'), headerText)] as const);
  const some = Object.fromEntries([
    ...named,
    ...OTHER_HEADERS.map((name) => [name, headerText] as const),
    ['last-event-id', fc.oneof(headerText, fc.nat().map(String))] as const,
    ['content-encoding', fc.constantFrom('gzip', 'identity', 'br', 'x')] as const,
    ['content-type', rarely(fc.constant('application/json'), headerText)] as const,
    ['x-request-id', fc.constantFrom(...(known.id ?? ['x']))] as const,
  ]);
  const usual = { 'content-type': 'application/json' };
  return fc
    .subarray(Object.keys(some), { maxLength: 3 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, some[name] ?? headerText]))))
    .map((given) => ({ ...usual, ...given }));
}

const OTHER_HEADERS = [
  'accept',
  'accept-language',
  'authorization',
  'cookie',
  'if-none-match',
  'if-modified-since',
  'range',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-http-method-override',
  'prefer',
  'traceparent',
];

/** As the schema of a parameter says, as text. */
function fitting(name: string, schema: Schema | undefined, known: KnownValues): fc.Arbitrary<string> {
  return fittingJson(name, schema ?? {}, known).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
}

function fittingJson(name: string, schema: Schema, known: KnownValues): fc.Arbitrary<unknown> {
  const there = known[name];
  if (there !== undefined) return rarely(fc.constantFrom(...there), fc.uuid());
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer();
    case 'array':
      return fc.array(fittingJson(name, schema.items ?? {}, known), { minLength: 1, maxLength: 3 });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([member, of]) => [
            member,
            fittingJson(member, of, known),
          ]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    default:
      return fittingText(schema).filter(isSoonAnswered(name));
  }
}

function fittingText({ format, pattern, maxLength = 100 }: Schema): fc.Arbitrary<unknown> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress();
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (pattern?.startsWith('^\\d') === true) return fc.nat({ max: 600 }).map(String);
  return fc.string({ unit: 'grapheme', maxLength });
}

/** What others have sent to other services. */
const garbage: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      '%',
      '%00',
      '\ud800',
      '../../etc/passwd',
      "' or 1=1 --",
      '__proto__',
      'constructor',
      '[]',
      '{}',
    ],
    ...[
      '-1',
      '0',
      '1e9',
      'NaN',
      'null',
      '99999999999999999999',
      '9'.repeat(400),
      'a'.repeat(5_000),
      '2026-02-30',
    ],
  ),
);

const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 12,
});

/** What Node.js's client sends: all of Latin-1 but control characters. */
const headerText = fc.oneof(
  printable,
  fc.string({
    unit: fc
      .oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa0, max: 0xff }))
      .map((code) => String.fromCharCode(code)),
    maxLength: 200,
  }),
);

function mostly<T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: other });
}

function rarely<T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: other });
}

/** Some text is broken percent-encoding as it stands, and stays so. */
function encoded(text: string): string {
  return /^%[!-~]?$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}
