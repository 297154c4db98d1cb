import fc from 'fast-check';
import { type DeletionGuard, type RequestedMode } from '#sync';

import { KINDS_OF_FIELDS } from './person-fields.js';
import { type Cut } from './severable-wire.js';
import { type GoogleChange } from './simulated-account.js';

/** How a process that works on a run ends before the run does. */
export interface Interruption {
  readonly how: { readonly cut: Cut } | { readonly stopAtRequest: number };
  /** The page size with which the next process comes up; null: the same. */
  readonly nextPageSize: number | null;
}

/** Something that happens while a list is asked for, just before the given request of the run. */
export interface Meanwhile {
  readonly beforeRequest: number;
  readonly event:
    | GoogleChange
    | { readonly what: 'refuse page tokens' | 'expire access tokens' | 'cancel' }
    | { readonly what: 'expire sync tokens'; readonly status: 400 | 410 };
}

export interface SyncStep {
  readonly what: 'sync';
  readonly mode: RequestedMode;
  readonly dryRun: boolean;
  readonly workers: number;
  readonly interruptions: readonly Interruption[];
  readonly faults: readonly Fault[];
  readonly meanwhile: readonly Meanwhile[];
}

/** As the people simulator takes it. */
export interface Fault {
  /** The requests that it strikes; those for pages, unless told. */
  readonly where?: 'batchGet';
  readonly when: {
    readonly page?: number | undefined;
    readonly nth?: number | undefined;
    readonly fullOnly?: true;
  };
  readonly times: number;
  readonly fault: { readonly kind: string } & Readonly<Record<string, unknown>>;
}

export type Step =
  | GoogleChange
  | { readonly what: 'expire sync tokens'; readonly status: 400 | 410 }
  | { readonly what: 'resize pages'; readonly pageSize: number }
  | { readonly what: 'answer held deletions'; readonly decision: 'approve' | 'reject' }
  | SyncStep;

/** What happens to one account, from its connection on. */
export interface History {
  /** Of the names that Google gives. */
  readonly names: number;
  readonly pageSize: number;
  readonly deletionGuard: DeletionGuard | null;
  readonly steps: readonly Step[];
}

/** Plain objects, so that a failing history reads well. */
const record = <T, K extends keyof T = keyof T>(
  model: { [P in keyof T]: fc.Arbitrary<T[P]> },
  constraints: { requiredKeys?: K[] } = {},
) => fc.record(model, { ...constraints, noNullPrototype: true });

const at = fc.nat(20);
const pageSize = fc.constantFrom(1, 2, 3, 4, 7);
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 });

const fields = fc.nat(KINDS_OF_FIELDS - 1);
const create = record({ what: fc.constant('create' as const), fields, reuseName: fc.constant(null) });
const reuse = fc.option(at, { freq: 1 });
const change: fc.Arbitrary<GoogleChange> = fc.oneof(
  { weight: 4, arbitrary: create },
  { weight: 2, arbitrary: record({ what: fc.constant('create' as const), fields, reuseName: at }) },
  { weight: 5, arbitrary: record({ what: fc.constant('edit' as const), at, fields }) },
  { weight: 1, arbitrary: record({ what: fc.constant('touch' as const), at }) },
  {
    weight: 3,
    arbitrary: record({
      what: fc.constant('rename' as const),
      at,
      tombstone: fc.boolean(),
      reuseName: reuse,
    }),
  },
  { weight: 2, arbitrary: record({ what: fc.constant('swap' as const), at, with: at }) },
  {
    weight: 2,
    arbitrary: record({ what: fc.constant('merge' as const), at, into: at, tombstone: fc.boolean() }),
  },
  { weight: 4, arbitrary: record({ what: fc.constant('delete' as const), at }) },
  { weight: 2, arbitrary: record({ what: fc.constant('restore' as const), at }) },
);

const status = fc.constantFrom(400 as const, 410 as const);
const expiry = record({ what: fc.constant('expire sync tokens' as const), status });

/** How many statements a run of one page, or of several, sends; a cut after the last one never comes. */
const cut: fc.Arbitrary<Cut> = record({
  statement: fc.integer({ min: 1, max: 24 }),
  where: fc.constantFrom('before', 'after'),
  kind: fc.constantFrom('crash', 'crash', 'crash', 'blip'),
});
const interruption: fc.Arbitrary<Interruption> = record({
  how: fc.oneof(
    { weight: 5, arbitrary: record({ cut }) },
    { weight: 1, arbitrary: record({ stopAtRequest: fc.integer({ min: 1, max: 4 }) }) },
  ),
  nextPageSize: fc.option(pageSize, { freq: 7 }).map((size) => size),
});

const place = record(
  { page: fc.integer({ min: 1, max: 3 }), nth: fc.integer({ min: 1, max: 3 }) },
  { requiredKeys: [] },
);
const kind = (name: string, parameters: object = {}): fc.Arbitrary<Fault['fault']> =>
  fc.constant({ kind: name, ...parameters });
const fault: fc.Arbitrary<Fault> = record({
  when: place,
  times: fc.integer({ min: 1, max: 4 }),
  fault: fc.oneof(
    record({ kind: fc.constant('status'), status: fc.constantFrom(500, 503, 429, 401, 403, 400, 404) }),
    kind('status', { status: 429, retryAfter: 0 }),
    kind('status', { status: 403, reason: 'rateLimitExceeded' }),
    kind('reset'),
    kind('html'),
    kind('half-body'),
    kind('invalid-json'),
    kind('truncate'),
    kind('truncate'),
    kind('empty-page'),
    kind('repeat-person'),
    kind('repeat-person'),
    kind('loop-page-token'),
    kind('wrong-total', { totalItems: 40 }),
  ),
});
/** What an incremental list leaves out, only the next full one can tell. */
const hiding: fc.Arbitrary<Fault> = record({
  when: record(
    { page: fc.integer({ min: 1, max: 3 }), fullOnly: fc.constant(true as const) },
    { requiredKeys: ['fullOnly'] },
  ),
  times: fc.integer({ min: 1, max: 4 }),
  fault: fc.oneof(kind('hide-persons', { every: 2 }), kind('hide-persons', { every: 3 })),
});
const faultOfAnswers: fc.Arbitrary<Fault> = record({
  where: fc.constant('batchGet' as const),
  when: record({ nth: fc.integer({ min: 1, max: 2 }) }, { requiredKeys: [] }),
  times: fc.integer({ min: 1, max: 8 }),
  fault: fc.oneof(
    record({ kind: fc.constant('status'), status: fc.constantFrom(500, 429, 401, 403, 400, 404) }),
    kind('status', { status: 400 }),
    kind('reset'),
    kind('html'),
    kind('half-body'),
    kind('invalid-json'),
    kind('replace-answer', { every: 2, answer: null }),
    kind('replace-answer', { every: 2, answer: { status: { code: 13 } } }),
    kind('replace-answer', { every: 3, answer: { person: { resourceName: 'people/c1', metadata: {} } } }),
  ),
});

const meanwhile: fc.Arbitrary<Meanwhile> = record({
  beforeRequest: fc.integer({ min: 1, max: 6 }),
  event: fc.oneof(
    { weight: 6, arbitrary: change },
    {
      weight: 3,
      arbitrary: record({
        what: fc.constantFrom(
          'refuse page tokens' as const,
          'refuse page tokens' as const,
          'expire access tokens' as const,
          'cancel' as const,
        ),
      }),
    },
    { weight: 1, arbitrary: expiry },
  ),
});

const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  sometimes(fc.array(value, { minLength: 1, maxLength: 2 })).map((values) => values ?? []);

const sync: fc.Arbitrary<SyncStep> = record({
  what: fc.constant('sync' as const),
  mode: fc.constantFrom<RequestedMode[]>('auto', 'auto', 'incremental', 'full'),
  dryRun: fc.nat(5).map((roll) => roll === 1),
  workers: fc.nat(6).map((roll) => (roll === 1 ? 2 : 1)),
  interruptions: few(interruption),
  faults: few(
    fc.oneof(
      { weight: 8, arbitrary: fault },
      { weight: 2, arbitrary: hiding },
      { weight: 2, arbitrary: faultOfAnswers },
    ),
  ),
  meanwhile: few(meanwhile),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: change },
  { weight: 1, arbitrary: expiry },
  { weight: 1, arbitrary: record({ what: fc.constant('resize pages' as const), pageSize }) },
  {
    weight: 1,
    arbitrary: record({
      what: fc.constant('answer held deletions' as const),
      decision: fc.constantFrom('approve' as const, 'reject' as const),
    }),
  },
  { weight: 6, arbitrary: sync },
);

const guard: fc.Arbitrary<DeletionGuard | null> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: record({ share: fc.constantFrom(0.2, 0.5), count: fc.nat(2) }) },
);

/** Most are short, because most mistakes show early; the long ones are for the others. */
const steps = fc.oneof(
  { weight: 2, arbitrary: fc.array(step, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(step, { minLength: 4, maxLength: 10 }) },
);

/** Begins with an account of a few persons that was synced once. */
export const history: fc.Arbitrary<History> = record({
  names: fc.nat(1_000),
  pageSize,
  deletionGuard: guard,
  steps: fc
    .tuple(fc.array(create, { maxLength: 6 }), sync, steps)
    .map(([persons, first, rest]): Step[] => [...persons, first, ...rest]),
});

/** A sync that nothing disturbs. */
export function quietSync(mode: RequestedMode): SyncStep {
  return { what: 'sync', mode, dryRun: false, workers: 1, interruptions: [], faults: [], meanwhile: [] };
}
