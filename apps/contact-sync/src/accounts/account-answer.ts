import { ACTOR_KINDS, type SetBy } from '#audit';
import { ERASURE_STEPS, type Erasure } from '#offboarding';
import { formatDuration } from '#platform';
import { z } from 'zod';

import {
  healthSchema,
  intervalSeconds,
  intervalSecondsSchema,
  standingSchema,
} from '../standing/standing-answer.js';
import { runDetail, runDetailSchema } from '../sync/run-answer.js';
import { type AccountFact } from './account-facts.js';

/** Who did something, as the audit names them. */
export const actorSchema = z.object({ kind: z.enum(ACTOR_KINDS), name: z.string().nullable() });

const HOURS = 24;

export const accountSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string().nullable(),
  reference: z.string().nullable().describe('What the product that had it connected calls it'),
  state: z.enum(['connected', 'needs-reauth', 'disconnected', 'erasing']),
  standing: standingSchema,
  health: healthSchema,
  needsPerson: z
    .boolean()
    .describe(
      'It does not mend itself: a sign-in or a decision on deletions is missing, three runs in a row have failed, or ' +
        'the last one in a way that trying again cannot help',
    ),
  failures: z.int().describe('Failed runs in a row, up to now'),
  connectedAt: z.iso.datetime(),
  contacts: z.int().describe('Live contacts'),
  interval: z.string().nullable().describe('Time between its scheduled syncs; null: SYNC_INTERVAL'),
  intervalSeconds: intervalSecondsSchema,
  paused: z.boolean().describe('Whether its schedule rests'),
  pausedBy: z
    .object({ actor: actorSchema, at: z.iso.datetime() })
    .nullable()
    .describe('Who let its schedule rest; null where it does not, or nobody knows any more'),
  lastRun: runDetailSchema.nullable().describe('The newest, whether or not it is over'),
  lastSucceededAt: z.iso.datetime().nullable().describe('The end of its last good run'),
  nextSyncAt: z.iso.datetime().nullable(),
  nextFullSyncAt: z.iso.datetime().nullable(),
  syncTokenObtainedAt: z.iso.datetime().nullable(),
  changes24h: z
    .object({ total: z.int(), hourly: z.array(z.int()).length(HOURS).describe('The oldest first') })
    .describe('Changes of its contacts, counted as GET /api/overview does'),
  erasure: z
    .object({
      id: z.uuid().describe('The run of the deletions that it makes'),
      begunAt: z.iso.datetime(),
      step: z.enum(ERASURE_STEPS).describe('What it is doing, or waits for'),
    })
    .nullable()
    .describe('null unless its state is erasing'),
  region: z
    .string()
    .nullable()
    .describe('Where its phone numbers are dialled that do not tell their country; null: DEFAULT_REGION'),
});

export type AccountAnswer = z.infer<typeof accountSchema>;

const NOTHING: readonly number[] = Array.from({ length: HOURS }, () => 0);

/** What an account has that few have. */
interface Rarities {
  readonly hourly: readonly number[] | undefined;
  readonly pausedBy: SetBy | undefined;
  readonly erasure: Erasure | undefined;
}

export function accountAnswer(
  { account, standing, lastRun, contacts, ...times }: AccountFact,
  { hourly = NOTHING, pausedBy, erasure }: Rarities,
): AccountAnswer {
  return {
    id: account.id,
    name: account.name,
    email: account.email ?? null,
    reference: account.reference ?? null,
    state: account.state,
    standing: standing.state,
    health: standing.health,
    needsPerson: standing.needsPerson,
    failures: standing.failures,
    connectedAt: account.connectedAt.toISOString(),
    contacts,
    interval: account.syncIntervalMs == null ? null : formatDuration(account.syncIntervalMs),
    intervalSeconds: intervalSeconds(standing),
    paused: account.paused,
    pausedBy: pausedBy === undefined ? null : { actor: pausedBy.actor, at: pausedBy.at.toISOString() },
    lastRun: lastRun === null ? null : runDetail(lastRun),
    lastSucceededAt: standing.succeededAt?.toISOString() ?? null,
    nextSyncAt: times.nextSyncAt?.toISOString() ?? null,
    nextFullSyncAt: times.nextFullSyncAt?.toISOString() ?? null,
    syncTokenObtainedAt: times.syncTokenObtainedAt?.toISOString() ?? null,
    changes24h: { total: hourly.reduce((sum, count) => sum + count, 0), hourly: [...hourly] },
    erasure:
      erasure === undefined
        ? null
        : { id: erasure.id, begunAt: erasure.begunAt.toISOString(), step: erasure.step },
    region: account.region ?? null,
  };
}
