import { contactDetailsShape } from '#contact-events';
import { z } from 'zod';

/** A contact of the read model, as every answer shows it. */
export const contactAnswerSchema = z.object({
  id: z.uuid(),
  accountId: z.uuid(),
  resourceName: z.string(),
  version: z.int(),
  deleted: z.boolean(),
  deletedAt: z.iso.datetime().nullable(),
  deletedReason: z
    .enum(['deleted-in-google', 'absent-from-full-sync', 'merged', 'account-erased'])
    .nullable(),
  ...contactDetailsShape,
  updatedAt: z.iso
    .datetime()
    .describe('When Google says that it was last changed, else when its latest event occurred'),
  syncedAt: z.iso.datetime().describe('When its latest event occurred'),
});
