import { HEALTHS, STANDING_STATES } from '#sync';
import { z } from 'zod';

import { runDetailSchema } from '../sync/run-answer.js';

const lag = z.object({ events: z.int(), seconds: z.number() }).nullable();
const reader = z.object({ position: z.string(), lag });

/** What is told of changes, by the names of the events. */
export const CHANGE_MESSAGES = {
  account: z.object({
    accountId: z.uuid(),
    state: z.enum(STANDING_STATES).nullable().describe('null: the account is gone'),
    health: z.enum(HEALTHS).nullable(),
  }),
  run: runDetailSchema,
  lags: z.object({
    log: z.string().describe('The position of its last event'),
    kafka: reader.optional().describe('Left out without Kafka'),
    readModel: reader,
  }),
  trouble: z.object({
    held: z.int().describe('Runs that hold deletions'),
    quarantined: z.int(),
    deadLetters: z.int(),
  }),
};

export type ChangeName = keyof typeof CHANGE_MESSAGES;
