import { type DryRun } from '#sync';
import { z } from 'zod';

import { runMessage, statisticsAnswer, statisticsSchema } from './run-answer.js';

/** How many events a dry run shows. */
const MOST_EVENTS = 100;

const updatedSchema = z.object({
  type: z.literal('ContactUpdated'),
  change: z.enum(['created', 'updated', 'renamed', 'restored']),
  contactId: z.uuid(),
  resourceName: z.string(),
  changedFields: z.array(z.string()),
});

const deletedSchema = z.object({
  type: z.literal('ContactDeleted'),
  reason: z.enum(['deleted-in-google', 'absent-from-full-sync', 'merged', 'account-erased']),
  contactId: z.uuid(),
  resourceName: z.string(),
  changedFields: z.array(z.string()),
});

export const dryRunSchema = z.object({
  status: z.literal('dry-run'),
  message: z.string(),
  statistics: statisticsSchema,
  heldDeletions: z.int().optional().describe('How many deletions the run would hold for approval'),
  events: z
    .array(z.discriminatedUnion('type', [updatedSchema, deletedSchema]))
    .describe(`The first ${MOST_EVENTS} events that the run would append`),
});

export function dryRunAnswer({ run, events }: DryRun): z.infer<typeof dryRunSchema> {
  return {
    status: 'dry-run',
    message: `Dry run, nothing is stored: ${runMessage(run)}`,
    statistics: statisticsAnswer(run.statistics),
    ...(run.heldDeletions == null ? {} : { heldDeletions: run.heldDeletions }),
    events: events.slice(0, MOST_EVENTS).map((event) => {
      const { contactId, resourceName } = event;
      return event.type === 'ContactUpdated'
        ? {
            type: event.type,
            change: event.change,
            contactId,
            resourceName,
            changedFields: [...event.changedFields],
          }
        : { type: event.type, reason: event.reason, contactId, resourceName, changedFields: [] };
    }),
  };
}
