import { z } from 'zod';

const CHURN_KINDS = ['edit', 'create', 'delete'] as const;
export type ChurnKind = (typeof CHURN_KINDS)[number];

/** `POST /control/churn`: a change every `everyMs` milliseconds, or `perSecond` changes a second. */
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

const amount = z.int().min(0).max(1_000_000).default(0);

/** `POST /control/persons/change`: a given number of changes, in one transaction. */
export const burstSchema = z.strictObject({
  edits: amount,
  creates: amount,
  deletes: amount,
  seed: z.int().min(0).max(0x7fffffff).default(1),
});

export const oneChangeSchema = z.strictObject({ kind: z.enum(CHURN_KINDS) });

export type Burst = z.infer<typeof burstSchema>;
