import { contactDetailsShape } from '#contact-events';
import { z } from 'zod';

const identity = {
  id: z.uuid(),
  accountId: z.uuid(),
  resourceName: z.string(),
  version: z.int(),
  deleted: z.boolean(),
  deletedAt: z.iso.datetime().nullable(),
  deletedReason: z
    .enum(['deleted-in-google', 'absent-from-full-sync', 'merged', 'account-erased'])
    .nullable(),
};

const times = {
  updatedAt: z.iso
    .datetime()
    .describe('When Google says that it was last changed, else when its latest event occurred'),
  syncedAt: z.iso.datetime().describe('When its latest event occurred'),
};

/** A contact of the read model, as every answer shows it. */
export const contactAnswerSchema = z.object({ ...identity, ...contactDetailsShape, ...times });

/** The same for a principal without the scope `read`. */
export const maskedContactSchema = z
  .object({ masked: z.literal(true), ...identity, ...times })
  .describe('Without the scope `read`: nothing that the contact says');

const changeFact = {
  version: z.int(),
  type: z.enum(['ContactUpdated', 'ContactDeleted']),
  change: z.enum(['created', 'updated', 'renamed', 'restored']).optional(),
  reason: identity.deletedReason.unwrap().optional(),
  changedFields: z.array(z.string()),
};

const changeTime = {
  recordedAt: z.iso.datetime(),
  runId: z.uuid(),
  detailsRemoved: z.literal(true).optional(),
};

/** A change of a contact, as its history shows it. */
export const changeSchema = z.object({
  ...changeFact,
  before: z.looseObject({}).nullable(),
  after: z.looseObject({}).nullable(),
  ...changeTime,
});

/** The same for a principal without the scope `read`. */
export const maskedChangeSchema = z
  .object({ masked: z.literal(true), ...changeFact, ...changeTime })
  .describe('Without the scope `read`: which fields changed, and none of their values');
