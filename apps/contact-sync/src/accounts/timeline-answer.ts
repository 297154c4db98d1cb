import { type AccountEntry } from '#audit';
import { type TimelineItem } from '#sync';
import { z } from 'zod';

import { runDetail, runDetailSchema } from '../sync/run-answer.js';
import { actorSchema } from './account-answer.js';

const value = z.union([z.string(), z.boolean()]).nullable();
const change = z.object({ from: value, to: value }).exactOptional();

const facts = {
  id: z.uuid(),
  at: z.iso.datetime().describe('When it was asked for; items are in its order'),
  until: z.iso.datetime().nullable().describe('When it was over; null: it goes on, or took no time'),
  actor: actorSchema
    .nullable()
    .describe('Who did it, or asked for it; null: the schedule, or nobody knows any more'),
  correlationId: z.string().nullable().describe('X-Request-Id of the answer to whoever asked'),
};

const outcome = z
  .enum(['done', 'failed', 'unknown'])
  .describe('unknown: it goes on, or its process was killed');

export const timelineItemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), ...facts, run: runDetailSchema }).describe('A run'),
  z
    .object({
      kind: z.literal('runs'),
      ...facts,
      count: z.int(),
      from: z.iso.datetime().describe('When the oldest of them was queued; at is of the newest'),
    })
    .describe(
      'Scheduled incremental runs that found nothing new, with nothing between them; its id is that of the oldest',
    ),
  z
    .object({
      kind: z.literal('setting'),
      ...facts,
      changes: z.object({ interval: change, paused: change, reference: change, region: change }),
    })
    .describe('What the account is set to was changed'),
  z.object({ kind: z.literal('sign-in'), ...facts, outcome }).describe('Its person signed in at Google'),
  z
    .object({
      kind: z.literal('held'),
      ...facts,
      outcome,
      decision: z.enum(['approve', 'reject']),
      runId: z.uuid(),
      heldDeletions: z.int().nullable().describe('How many the run held; null: it is not known any more'),
    })
    .describe('Somebody decided on deletions that a run holds'),
  z
    .object({
      kind: z.literal('command'),
      ...facts,
      outcome,
      action: z.string().describe('As the audit names it, such as account.disconnect'),
      code: z.string().nullable().describe('Of the problem, where it failed'),
      object: z.string().nullable().describe('The id of what it was done to, such as a run'),
    })
    .describe('Anything else that somebody had done'),
]);

export type TimelineItemAnswer = z.infer<typeof timelineItemSchema>;

export function timelineItem(item: TimelineItem): TimelineItemAnswer {
  switch (item.kind) {
    case 'run': {
      const { run, asked } = item;
      return {
        kind: 'run',
        id: run.id,
        at: run.queuedAt.toISOString(),
        until: run.finishedAt?.toISOString() ?? null,
        actor: asked?.actor ?? null,
        correlationId: asked?.requestId ?? null,
        run: runDetail(run),
      };
    }
    case 'runs': {
      const { count, newest, oldest } = item.quiet;
      return {
        kind: 'runs',
        id: oldest.id,
        at: newest.queuedAt.toISOString(),
        until: newest.finishedAt?.toISOString() ?? null,
        actor: null,
        correlationId: null,
        count,
        from: oldest.queuedAt.toISOString(),
      };
    }
    case 'entry':
      return entryItem(item);
  }
}

function entryItem({ entry, run }: Extract<TimelineItem, { kind: 'entry' }>): TimelineItemAnswer {
  const said = {
    id: entry.id,
    at: entry.at.toISOString(),
    until: null,
    actor: entry.actor,
    correlationId: entry.requestId,
  };
  const became = outcomeOf(entry);
  if (entry.changes !== null) return { kind: 'setting', ...said, changes: entry.changes };
  switch (entry.action) {
    case 'sign-in.complete':
      return { kind: 'sign-in', ...said, outcome: became };
    case 'held-deletions.approve':
    case 'held-deletions.reject':
      return {
        kind: 'held',
        ...said,
        outcome: became,
        decision: entry.action === 'held-deletions.approve' ? 'approve' : 'reject',
        runId: entry.object ?? '',
        heldDeletions: run?.heldDeletions ?? null,
      };
    default:
      return {
        kind: 'command',
        ...said,
        outcome: became,
        action: entry.action,
        code: entry.code,
        object: entry.object,
      };
  }
}

function outcomeOf({ outcome: known }: AccountEntry): z.infer<typeof outcome> {
  return known ?? 'unknown';
}
