import { z } from 'zod';

const times = z.int().min(1).max(1_000_000_000).default(1);

const when = z
  .strictObject({
    /** The number of the page in its list, from 1. */
    page: z.int().min(1).optional(),
    /** The number, from 1, of the first request to strike, among those that match the rest since the fault was added. */
    nth: z.int().min(1).optional(),
    syncOnly: z.boolean().optional(),
    fullOnly: z.boolean().optional(),
  })
  .default({});

const answering = [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    reason: z.string().optional(),
    message: z.string().optional(),
    errorStatus: z.string().optional(),
    /** Seconds, or an HTTP date. */
    retryAfter: z.union([z.number(), z.string()]).optional(),
    /** The whole body, instead of Google's error shape. */
    body: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).default(200) }),
  z.strictObject({
    kind: z.literal('redirect'),
    status: z
      .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
      .default(307),
    location: z.url(),
  }),
] as const;

const sending = [
  z.strictObject({ kind: z.literal('delay'), ms: z.int().min(0).max(3_600_000) }),
  z.strictObject({ kind: z.literal('half-body') }),
  z.strictObject({ kind: z.literal('invalid-json') }),
  z.strictObject({ kind: z.literal('slow'), bytesPerSecond: z.number().positive() }),
  z.strictObject({ kind: z.literal('huge'), megabytes: z.number().positive().max(4_096) }),
] as const;

const listing = [
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('empty-page') }),
  z.strictObject({ kind: z.literal('repeat-person'), resourceName: z.string().optional() }),
  z.strictObject({
    kind: z.literal('replace-person'),
    /** Raw JSON texts, sent as they are (or JSON values, which are serialized). */
    persons: z.array(z.unknown()).min(1),
    /** The index on the page to replace from; left out, they are added at the end. */
    at: z.int().min(0).optional(),
  }),
  z.strictObject({
    kind: z.literal('hide-persons'),
    /** Whom the page does not show, though they are there; left out, every so many-th of the page, from the first. */
    resourceNames: z.array(z.string()).min(1).optional(),
    every: z.int().min(1).default(1),
  }),
  z.strictObject({ kind: z.literal('loop-page-token') }),
  z.strictObject({ kind: z.literal('wrong-total'), totalItems: z.unknown() }),
] as const;

const answeringNames = [
  z.strictObject({
    kind: z.literal('replace-answer'),
    /** Whose answers; left out, that of every so many-th name, from the first. */
    resourceNames: z.array(z.string()).min(1).optional(),
    every: z.int().min(1).default(1),
    /** Sent beside requestedResourceName, in place of person and status; null: the name gets no answer. */
    answer: z.record(z.string(), z.unknown()).nullable(),
  }),
] as const;

const issuing = [
  z.strictObject({
    kind: z.literal('id-token'),
    /** The claims to put in place of some, or the whole token as it is to be sent. */
    claims: z.record(z.string(), z.unknown()).optional(),
    raw: z.unknown().optional(),
  }),
  /** A refresh is answered with another refresh token, and the old one counts no longer. */
  z.strictObject({ kind: z.literal('rotate-refresh-token') }),
] as const;

const anywhere = z.discriminatedUnion('kind', [...answering, ...sending]);
const inBatches = z.discriminatedUnion('kind', [...answering, ...sending, ...answeringNames]);
const whereTokensAre = z.discriminatedUnion('kind', [...answering, ...sending, ...issuing]);
const inLists = z.discriminatedUnion('kind', [...answering, ...sending, ...listing]);

/** `POST /control/faults` */
export const faultSchema = z.discriminatedUnion('where', [
  z.strictObject({ where: z.literal('connections'), when, times, fault: inLists }),
  z.strictObject({ where: z.literal('batchGet'), when: when.pipe(onlyNth()), times, fault: inBatches }),
  z.strictObject({ where: z.literal('token'), when: when.pipe(onlyNth()), times, fault: whereTokensAre }),
  z.strictObject({ where: z.literal('revoke'), when: when.pipe(onlyNth()), times, fault: anywhere }),
  z.strictObject({ where: z.literal('me'), when: when.pipe(onlyNth()), times, fault: anywhere }),
]);

export type FaultOrder = z.infer<typeof faultSchema>;
export type Fault = FaultOrder['fault'];
export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

function onlyNth(): z.ZodType<z.infer<typeof when>, z.infer<typeof when>> {
  return z.custom<z.infer<typeof when>>(
    (value) => Object.keys(value as object).every((name) => name === 'nth'),
    'only "nth" has a meaning outside of lists',
  );
}
