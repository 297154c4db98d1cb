import { z } from 'zod';

export const CHURN_KINDS = ['edit', 'create', 'delete'] as const;
export type ChurnKind = (typeof CHURN_KINDS)[number];

/** `POST /control/churn`: one change every so many milliseconds, or so many changes a second. */
export const churnSchema = z
  .strictObject({
    everyMs: z.int().min(1).max(86_400_000).optional(),
    perSecond: z.number().positive().max(10_000).optional(),
    kinds: z
      .array(z.enum(CHURN_KINDS))
      .min(1)
      .default([...CHURN_KINDS]),
  })
  .refine(
    ({ everyMs, perSecond }) => (everyMs === undefined) !== (perSecond === undefined),
    'give either everyMs or perSecond',
  );

export type ChurnOrder = z.infer<typeof churnSchema>;
