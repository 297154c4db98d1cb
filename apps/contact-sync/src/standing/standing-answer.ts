import { type AccountStanding, HEALTHS, STANDING_STATES } from '#sync';
import { z } from 'zod';

export const standingSchema = z.enum(STANDING_STATES).describe('Right now; the first that holds');

export const healthSchema = z
  .enum(HEALTHS)
  .describe(
    'The first that holds, whatever runs. failing: the last run failed; late: no good run within two intervals; ' +
      'without a schedule, fresh is a last run that succeeded',
  );

export const intervalSecondsSchema = z
  .int()
  .nullable()
  .describe('Time between its scheduled syncs, as of now; null: none is scheduled');

export function intervalSeconds({ intervalMs }: AccountStanding): number | null {
  return intervalMs === null ? null : Math.round(intervalMs / 1_000);
}

export const totalsSchema = z.object({
  accounts: z.int(),
  state: z.record(standingSchema, z.int()).describe('They add up to all accounts'),
  health: z.record(healthSchema, z.int()).describe('They add up to all accounts'),
  needPerson: z.int().describe('Accounts that do not mend themselves'),
});

export const lagSchema = z
  .object({ events: z.int(), seconds: z.number() })
  .nullable()
  .describe('How far behind; null when it cannot be known, and for those who are bound to an account');
