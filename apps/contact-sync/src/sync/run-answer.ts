import { counted } from '#platform';
import { type HoldReason, type Run, type RunStatistics } from '#sync';
import { z } from 'zod';

export const statisticsSchema = z.object({
  total_fetched: z.int().describe('Persons received, deletions included'),
  created: z.int().describe('Contacts created and restored'),
  updated: z.int().describe('Contacts updated and renamed'),
  deleted: z.int().describe('ContactDeleted events, of every reason'),
  not_listed: z
    .int()
    .describe('Those of deleted that a full sync did not show and that Google says are gone'),
  merged: z.int().describe('Those of deleted that were merged into other contacts'),
  unchanged: z.int(),
  errors: z.int().describe('Persons quarantined'),
  pages: z.int(),
});

const absencesSchema = z.object({ asked: z.int(), gone: z.int(), alive: z.int(), unanswered: z.int() });

export const runSchema = z.object({
  id: z.uuid(),
  accountId: z.uuid(),
  mode: z.enum(['full', 'incremental']),
  trigger: z.enum(['manual', 'scheduled']),
  state: z.enum(['queued', 'running', 'held', 'succeeded', 'failed', 'cancelled']),
  fallbackReason: z
    .enum(['no-sync-token', 'sync-token-expired', 'request-changed'])
    .nullable()
    .describe('Why a full sync was run where an incremental one was asked for or possible'),
  heldDeletions: z
    .int()
    .optional()
    .describe('How many deletions wait for approval; only where there are any'),
  holdReason: z.enum(['deletion-guard', 'empty-list', 'unknown-person']).optional(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  lastPosition: z.string().nullable().describe("The log position of the run's last event, in decimal digits"),
});

export const runDetailSchema = runSchema.extend({
  statistics: statisticsSchema,
  absences: absencesSchema.describe(
    'What Google said of the contacts that a full sync did not show; unanswered ones are kept',
  ),
  totalItems: z.int().nullable().describe('How many persons Google said the list has'),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
});

export type RunAnswer = z.infer<typeof runSchema>;
export type RunDetail = z.infer<typeof runDetailSchema>;

export function runAnswer(run: Run): RunAnswer {
  return {
    id: run.id,
    accountId: run.accountId,
    mode: run.mode,
    trigger: run.trigger,
    state: run.state,
    fallbackReason: run.fallbackReason ?? null,
    ...(run.heldDeletions == null ? {} : { heldDeletions: run.heldDeletions }),
    ...(run.holdReason == null ? {} : { holdReason: run.holdReason }),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    lastPosition: run.lastPosition?.toString() ?? null,
  };
}

export function runDetail(run: Run): RunDetail {
  return {
    ...runAnswer(run),
    statistics: statisticsAnswer(run.statistics),
    absences: absencesSchema.parse(run.absences),
    totalItems: run.totalItems ?? null,
    error: run.errorCode == null ? null : { code: run.errorCode, detail: run.errorDetail ?? '' },
  };
}

/** In the order of the schema, whatever order jsonb keeps. */
export function statisticsAnswer(statistics: RunStatistics): RunStatistics {
  return statisticsSchema.parse(statistics);
}

/** What a run that is over came to, in the words of the request. */
export function runMessage(run: Run): string {
  const what = run.requestedMode === 'auto' ? 'Sync' : run.mode === 'full' ? 'Full sync' : 'Incremental sync';
  const done = `${what} completed`;
  if (run.heldDeletions == null) return done;
  return `${done}; ${counted(run.heldDeletions, 'deletion waits', 'deletions wait')} for approval (${HOLD_REASONS[run.holdReason ?? 'deletion-guard']})`;
}

const HOLD_REASONS: Readonly<Record<HoldReason, string>> = {
  'deletion-guard': 'more than DELETION_GUARD lets pass',
  'empty-list': "Google's list was empty",
  'unknown-person': 'a person on the list could not be told from any other',
};
