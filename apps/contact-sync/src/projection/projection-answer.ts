import { type FeedLag } from '#event-store';
import { type Rebuild } from '#read-model';
import { z } from 'zod';

export const differenceSchema = z.object({
  contactId: z.uuid(),
  kind: z.enum(['missing', 'extra', 'different']),
  columns: z.array(z.string()).describe('Columns that differ, for `different`'),
});

const rebuildSchema = z.object({
  id: z.uuid(),
  state: z.enum(['queued', 'filling', 'indexing', 'comparing', 'swapping']),
  position: z.string().describe('The new table holds every event up to this position'),
  target: z.string().nullable().describe('The end of the log when it began; null before'),
  cancelRequested: z.boolean(),
  requestedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
});

const lastRebuildSchema = z.object({
  id: z.uuid(),
  state: z.enum(['succeeded', 'failed', 'cancelled']),
  requestedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime(),
  differences: z
    .object({ count: z.int(), first: z.array(differenceSchema).describe('100 at most') })
    .nullable()
    .describe('Where the table before was not what the log says; null when it was not compared'),
  error: z.string().nullable(),
});

export const projectionSchema = z.object({
  name: z.string(),
  state: z
    .enum(['stopped', 'rebuilding', 'behind', 'live'])
    .describe(
      'The first that holds. stopped: no process with the role projector has been seen for 15 s, and a rebuild waits for ' +
        'one; behind: it lacks events that are more than a minute old, as while Kafka is away',
    ),
  position: z.string().describe('It holds every event up to this position of the log'),
  lag: z.object({ events: z.int(), seconds: z.number() }).nullable().describe('null when it cannot be known'),
  rebuild: rebuildSchema.nullable().describe('The rebuild that is going on'),
  lastRebuild: lastRebuildSchema.nullable().describe('The last one that is over'),
});

export type ProjectionAnswer = z.infer<typeof projectionSchema>;

export function projectionAnswer(
  position: bigint,
  lag: FeedLag | null,
  isFollowed: boolean,
  { going, last }: { readonly going: Rebuild | null; readonly last: Rebuild | null },
): ProjectionAnswer {
  return {
    name: 'contacts',
    state: stateOf(isFollowed, going, lag),
    position: String(position),
    lag,
    rebuild: going === null ? null : rebuildAnswer(going),
    lastRebuild: last === null ? null : lastRebuildAnswer(last),
  };
}

/** The alert bears with it as long. */
const LARGE_LAG_S = 60;

/** Whether a reader of the log is so far behind that something is wrong. */
export function isFarBehind({ events, seconds }: FeedLag): boolean {
  return events > 0 && seconds >= LARGE_LAG_S;
}

function stateOf(isFollowed: boolean, going: Rebuild | null, lag: FeedLag | null): ProjectionAnswer['state'] {
  if (!isFollowed) return 'stopped';
  if (going !== null) return 'rebuilding';
  return lag !== null && isFarBehind(lag) ? 'behind' : 'live';
}

function rebuildAnswer(rebuild: Rebuild): z.infer<typeof rebuildSchema> {
  return {
    id: rebuild.id,
    state: rebuildSchema.shape.state.parse(rebuild.state),
    position: String(rebuild.position ?? 0n),
    target: rebuild.target === null ? null : String(rebuild.target),
    cancelRequested: rebuild.cancelRequested,
    requestedAt: rebuild.requestedAt.toISOString(),
    startedAt: rebuild.startedAt?.toISOString() ?? null,
  };
}

function lastRebuildAnswer(rebuild: Rebuild): z.infer<typeof lastRebuildSchema> {
  return {
    id: rebuild.id,
    state: lastRebuildSchema.shape.state.parse(rebuild.state),
    requestedAt: rebuild.requestedAt.toISOString(),
    startedAt: rebuild.startedAt?.toISOString() ?? null,
    finishedAt: (rebuild.finishedAt ?? rebuild.requestedAt).toISOString(),
    differences: rebuild.differences === null ? null : { ...rebuild.differences, first: shown(rebuild) },
    error: rebuild.error,
  };
}

function shown({ differences }: Rebuild): z.infer<typeof differenceSchema>[] {
  return (differences?.first ?? []).map((difference) => ({
    ...difference,
    columns: [...difference.columns],
  }));
}
