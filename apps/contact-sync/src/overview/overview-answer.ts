import { z } from 'zod';

import { lagSchema, totalsSchema } from '../standing/standing-answer.js';
import { runDetailSchema } from '../sync/run-answer.js';

const position = z.string().describe('Of the log, in decimal digits');

/** How far a reader of the log has come. */
const reachSchema = z.object({ position, lag: lagSchema });

const bucketSchema = z.object({
  at: z.iso.datetime().describe('When it begins'),
  created: z.int().describe('ContactUpdated events of contacts that are new, or there again'),
  updated: z.int().describe('All other ContactUpdated events'),
  deleted: z.int().describe('ContactDeleted events'),
  syncs: z.int().describe('Runs that ended well, those that hold deletions too'),
  errors: z.int().describe('Runs that failed'),
});

export const overviewSchema = z.object({
  at: z.iso
    .datetime()
    .describe('When it was so; it may be a second old, or older where it takes long to find out'),
  totals: totalsSchema,
  oldest: z
    .object({ accountId: z.uuid(), name: z.string(), succeededAt: z.iso.datetime().nullable() })
    .nullable()
    .describe(
      'Of the accounts that are connected and not paused, the one whose last good run is longest ago',
    ),
  day: z.object({
    from: z.iso.datetime(),
    bucketSeconds: z.int(),
    buckets: z.array(bucketSchema).describe('48 half hours, the oldest first; the last one is going on'),
    errors: z
      .array(
        z.object({ code: z.string(), count: z.int(), firstAt: z.iso.datetime(), lastAt: z.iso.datetime() }),
      )
      .describe('The failed runs of the buckets by code, the most frequent first'),
  }),
  stream: z
    .object({
      google: z.object({
        accounts: z.int().describe('Accounts that are not disconnected'),
        lastAnswerAt: z.iso.datetime().nullable().describe('The end of the last good run of any account'),
      }),
      log: z.object({
        position,
        perMinute: z
          .number()
          .describe('Changes a minute in the half hour that goes on and the one before it'),
      }),
      kafka: reachSchema.optional().describe('Left out without Kafka'),
      readModel: reachSchema,
    })
    .nullable()
    .describe('The way of a change; null for those who are bound to an account: it tells of all of them'),
  running: z.object({
    running: z.int(),
    queued: z.int(),
    items: z
      .array(runDetailSchema.extend({ accountName: z.string() }))
      .describe('Ten at most, those that are running first, of each the oldest first'),
  }),
  trouble: z.object({
    accounts: z
      .int()
      .describe('Accounts that do not mend themselves, for another reason than deletions that are held'),
    held: z.int().describe('Accounts that hold deletions, however they stand'),
    quarantined: z.int().describe('Open entries of the quarantine'),
    deadLetters: z.int().nullable().describe('Open ones; null for those who are bound to an account'),
    total: z.int().describe('Their sum'),
  }),
});

export type OverviewAnswer = z.infer<typeof overviewSchema>;
