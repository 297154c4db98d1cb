import fc from 'fast-check';
import { type RequestedMode } from '#sync';

/** What a Google that cannot be trusted answers to one request. */
export type ScriptedAnswer =
  | { readonly kind: 'page'; readonly body: string; readonly megabytes?: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: string;
      readonly retryAfter: string | null;
    }
  | { readonly kind: 'text'; readonly status: number; readonly body: string }
  | { readonly kind: 'half' | 'drip'; readonly body: string }
  | { readonly kind: 'reset' | 'hang' };

/** The answers to the requests of one run, in their order, whatever it asks for. */
export interface PageSequence {
  readonly mode: RequestedMode;
  readonly answers: readonly ScriptedAnswer[];
  /** What follows them: true answers, errors only, or the last answer for ever. */
  readonly then: 'truth' | 'outage' | 'the same';
  /** What Google says when it is asked about contacts by their names, one for each name in turn. */
  readonly whenAsked: readonly string[];
}

/** Stands for a page token that was never given before. */
export const FRESH_TOKEN = 'fresh';

/** The persons that Google really has; a sequence may show others, too. */
export const TRUE_PERSONS = [0, 1, 2, 3].map((at) => person(at, 'Ada'));

/** @param at of a name and of a source id */
function person(at: number, givenName: string, source = at): string {
  return JSON.stringify({
    resourceName: `people/p${at}`,
    metadata: { sources: [{ type: 'CONTACT', id: `s${source}` }] },
    names: [{ metadata: { primary: true }, givenName }],
    phoneNumbers: [{ value: '1' }, { value: '2' }],
  });
}

const at = fc.nat(5);
const sound = fc
  .tuple(at, fc.constantFrom('Ada', 'Ada', 'Eva', '👩🏽‍🚀'))
  .map(([which, name]) => person(which, name));
const tombstone = at.map((which) => `{"resourceName":"people/p${which}","metadata":{"deleted":true}}`);

/** What may stand, wrongly, in a person or in its place. JSON text, because some of it fits no object. */
const ODD_VALUES = [
  'null',
  'true',
  '-1',
  '1e400',
  '""',
  '"\\ud800"',
  '"a\\u0000b"',
  '[]',
  '[null]',
  '[[[[[[]]]]]]',
  '{}',
  '{"__proto__":{"deleted":true,"resourceName":"people/p1"}}',
  '{"constructor":{"prototype":{}},"toString":1,"length":-1}',
  '[{"value":5,"metadata":{"primary":"yes"}},{"value":"\\udc00"},7]',
  '[{"metadata":{"primary":true},"givenName":"\\ud83d","familyName":{"a":1}}]',
] as const;
const oddValue = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ODD_VALUES) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
);
const oddField = fc
  .tuple(
    fc.constantFrom(
      'names',
      'phoneNumbers',
      'metadata',
      'birthdays',
      'photos',
      '__proto__',
      'resourceName',
      'etag',
    ),
    oddValue,
  )
  .map(([field, value]) => `"${field}":${value}`);
const oddPerson = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(at, oddField)
      .map(([which, field]) => `${person(which, 'Ada').slice(0, -1)},${field}}`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(at, oddField).map(([which, field]) => `{"resourceName":"people/p${which}",${field}}`),
  },
  {
    weight: 1,
    arbitrary: at.map((which) => `{"resourceName":"people/p${which}","metadata":{"deleted":"true"}}`),
  },
  { weight: 1, arbitrary: fc.tuple(at, at).map(([which, source]) => person(which, 'Ada', source)) },
  { weight: 1, arbitrary: oddValue },
);
const shown = fc.oneof(
  { weight: 8, arbitrary: sound },
  { weight: 2, arbitrary: tombstone },
  { weight: 1, arbitrary: oddPerson },
);

const member = (name: string, value: string): string => `"${name}":${value}`;
const connections = fc.oneof(
  { weight: 12, arbitrary: fc.array(shown, { maxLength: 4 }).map((persons) => `[${persons.join(',')}]`) },
  { weight: 3, arbitrary: fc.constant(`[${TRUE_PERSONS.join(',')}]`) },
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: oddValue },
);
const pageToken = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('"a"', '"b"', '"c"', `"${FRESH_TOKEN}"`, `"${FRESH_TOKEN}"`) },
  { weight: 1, arbitrary: oddValue },
);
const syncToken = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('"t1"', '"t2"') },
  { weight: 1, arbitrary: oddValue },
);
/** How a page goes on: to the next one, to the end, both at once, or not at all. */
const ending = fc.oneof(
  { weight: 6, arbitrary: pageToken.map((token) => [member('nextPageToken', token)]) },
  { weight: 4, arbitrary: syncToken.map((token) => [member('nextSyncToken', token)]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(pageToken, syncToken)
      .map(([page, sync]) => [member('nextPageToken', page), member('nextSyncToken', sync)]),
  },
  { weight: 2, arbitrary: fc.constant([]) },
);
const total = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.constantFrom('0', '3', '4', '40') },
  { weight: 1, arbitrary: oddValue },
);
const pageBody = fc
  .tuple(connections, ending, total)
  .map(([persons, end, items]) =>
    [
      ...(persons === null ? [] : [member('connections', persons)]),
      ...end,
      ...(items === null ? [] : [member('totalItems', items)]),
    ].join(','),
  )
  .map((members) => `{${members}}`);

const REASONS = [
  'EXPIRED_SYNC_TOKEN',
  'RATE_LIMIT_EXCEEDED',
  'rateLimitExceeded',
  'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
  'SERVICE_DISABLED',
  'FAILED_PRECONDITION',
];
const errorBody = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom('', '{}', 'null', '[]', '"no"', '{"error":null}', '{"error":"invalid_grant"}'),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...REASONS),
        fc.constantFrom(
          '',
          'Sync token is expired. Clear local cache and retry.',
          'Invalid page token',
          'Invalid sync token',
        ),
      )
      .map(([reason, message]) =>
        JSON.stringify({ error: { code: 0, message, status: 'FAILED_PRECONDITION', details: [{ reason }] } }),
      ),
  },
);
const status = fc.record(
  {
    kind: fc.constant('status' as const),
    status: fc.constantFrom(
      ...[204, 206, 304, 400, 400, 401, 403, 403, 404, 408, 409, 410, 410, 412, 413, 418, 429, 429, 451],
      ...[500, 501, 502, 503, 504, 507, 599],
    ),
    body: errorBody,
    retryAfter: fc.constantFrom(null, null, '0', 'soon', '86400', '-1', 'Thu, 01 Jan 1970 00:00:00 GMT'),
  },
  { noNullPrototype: true },
);

const answer: fc.Arbitrary<ScriptedAnswer> = fc.oneof(
  { weight: 60, arbitrary: pageBody.map((body) => ({ kind: 'page' as const, body })) },
  { weight: 14, arbitrary: status },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(200, 200, 502),
        fc.constantFrom(
          '<!doctype html><title>Sorry</title>',
          '',
          '{"connections":[',
          'null',
          '[]',
          '"{}"',
          '{"connections":[]}}',
        ),
      )
      .map(([code, body]) => ({ kind: 'text' as const, status: code, body })),
  },
  { weight: 4, arbitrary: pageBody.map((body) => ({ kind: 'half' as const, body })) },
  { weight: 4, arbitrary: fc.constant({ kind: 'reset' as const }) },
  { weight: 1, arbitrary: pageBody.map((body) => ({ kind: 'drip' as const, body })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'hang' as const }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(pageBody, fc.constantFrom(...Array<number>(19).fill(1), 50))
      .map(([body, megabytes]) => ({ kind: 'page' as const, body, megabytes })),
  },
);

/** JSON of an answer to one name, without the name; `""` for none, TRUTH for the true one. */
export const TRUTH_WHEN_ASKED = 'truth';
const nameAnswer = fc.oneof(
  { weight: 5, arbitrary: fc.constant(TRUTH_WHEN_ASKED) },
  { weight: 3, arbitrary: fc.constantFrom('{"status":{"code":5}}', '{"httpStatusCode":404}') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', '{}', '{"status":{"code":13}}', '{"status":7,"httpStatusCode":"404"}'),
  },
  { weight: 4, arbitrary: fc.oneof(sound, oddPerson).map((text) => `{"status":{},"person":${text}}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(at, fc.constantFrom('[]', '[{"type":"PROFILE"}]', '[{}]', '{}', 'null', '"CONTACT"', '[null]'))
      .map(
        ([which, sources]) =>
          `{"person":{"resourceName":"people/p${which}","metadata":{"sources":${sources}}}}`,
      ),
  },
);

export const pageSequence: fc.Arbitrary<PageSequence> = fc.record(
  {
    mode: fc.constantFrom<RequestedMode[]>('auto', 'full'),
    answers: fc.array(answer, { minLength: 1, maxLength: 8 }),
    then: fc.constantFrom('truth', 'truth', 'truth', 'outage', 'the same'),
    whenAsked: fc.array(nameAnswer, { minLength: 1, maxLength: 4 }),
  },
  { noNullPrototype: true },
);

/** One name on two pages, the second time another person: this led to a false deletion once. */
const ONE_NAME_TWICE: PageSequence = {
  mode: 'full',
  answers: [
    { kind: 'page', body: `{"connections":[${person(3, 'Ada')}],"nextPageToken":"a"}` },
    {
      kind: 'page',
      body: `{"connections":[${person(0, 'Ada')},${person(3, 'Ada', 0)}],"nextSyncToken":"t1","totalItems":3}`,
    },
  ],
  then: 'truth',
  whenAsked: ['{"status":{"code":5}}'],
};

/** Played before the generated ones. */
export const pageSequencesToRemember: readonly PageSequence[] = [ONE_NAME_TWICE];
