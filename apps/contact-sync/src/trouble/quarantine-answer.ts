import { readAsFarAsUnderstood } from '#contact';
import { contactDetailsShape } from '#contact-events';
import { type ContactHistory } from '#read-model';
import { type QuarantineEntry, type ReplayPreview } from '#sync';
import { z } from 'zod';

import { changeSchema } from '../contacts/contact-answer.js';

export const entrySchema = z.object({
  id: z.uuid(),
  accountId: z.uuid(),
  accountName: z.string(),
  resourceName: z.string().nullable(),
  runId: z.uuid(),
  error: z.string().describe('Where in the person and what is wrong there'),
  occurredAt: z.iso.datetime(),
  state: z.enum(['open', 'replayed', 'superseded', 'discarded']),
});

export type EntryAnswer = z.infer<typeof entrySchema>;

const { changedFields, before, after } = changeSchema.shape;

const replaySchema = z.object({
  outcome: z.enum(['created', 'updated', 'renamed', 'restored', 'unchanged', 'still-not-understood']),
  contactId: z
    .uuid()
    .nullable()
    .describe('That the person is, or would become; null where it is not understood'),
  version: z.int().nullable().describe('That the contact would have; null where nothing changes'),
  changedFields,
  before,
  after,
  mergedContactIds: z.array(z.uuid()).describe('Contacts that would go into that one'),
});

export const wholeEntrySchema = entrySchema.extend({
  payload: z.unknown(),
  understood: z
    .object(contactDetailsShape)
    .nullable()
    .describe('What today’s rules read of it, without what is wrong; null where the payload is removed'),
  notUnderstood: z
    .array(z.object({ path: z.string().describe('Empty: the person itself'), problem: z.string() }))
    .describe('Each place in it that is not as Google documents'),
  replay: replaySchema
    .nullable()
    .describe('What a replay would do now, with the fields before and after it; null where it is closed'),
});

export type WholeEntryAnswer = EntryAnswer & {
  readonly payload: unknown;
  readonly understood: object | null;
  readonly notUnderstood: readonly { readonly path: string; readonly problem: string }[];
  readonly replay: object | null;
};

export function entryAnswer(entry: QuarantineEntry, accountName: string): EntryAnswer {
  return {
    id: entry.id,
    accountId: entry.accountId,
    accountName,
    resourceName: entry.resourceName ?? null,
    runId: entry.runId,
    error: entry.error,
    occurredAt: entry.occurredAt.toISOString(),
    state: entry.state,
  };
}

/** What can be read of an entry's payload. */
export function readingAnswer({
  payload,
}: QuarantineEntry): Pick<WholeEntryAnswer, 'payload' | 'understood' | 'notUnderstood'> {
  if (payload == null) return { payload: null, understood: null, notUnderstood: [] };
  const { details, problems } = readAsFarAsUnderstood(payload);
  const notUnderstood = problems.map(({ path, expected, found }) => ({
    path,
    problem: `should be ${expected}, but is ${found}`,
  }));
  return { payload, understood: details, notUnderstood };
}

export async function replayAnswer(
  { outcome, contactId, event, mergedContactIds }: ReplayPreview,
  history: ContactHistory,
): Promise<z.infer<typeof replaySchema>> {
  const change = event === null ? NO_CHANGE : await history.changeBy(event);
  return {
    outcome,
    contactId,
    version: change.version,
    changedFields: [...change.changedFields],
    before: change.before === null ? null : { ...change.before },
    after: change.after === null ? null : { ...change.after },
    mergedContactIds: [...mergedContactIds],
  };
}

const NO_CHANGE = { version: null, changedFields: [], before: null, after: null } as const;
