import { CONTACT_SORTS } from '#read-model';
import { z } from 'zod';

import { flagParameter, pageParameters, positionParameter, searchOfContacts } from '../http/query-schemas.js';

const sort = z
  .enum(CONTACT_SORTS)
  .optional()
  .describe(
    'By display name unless told, without the scope `read` by id; `-` before it: the other way round. By name needs the scope `read`',
  );

const minPosition = positionParameter
  .optional()
  .describe('Waits until the read model holds every event up to there');

/** In an address. */
export const listQuery = z.strictObject({
  q: searchOfContacts,
  accountId: z.uuid().optional(),
  sort,
  includeDeleted: flagParameter.default(false),
  ...pageParameters,
  minPosition,
});

/** The same in a body, with numbers and flags as JSON has them. */
export const searchBody = z
  .strictObject({
    q: searchOfContacts,
    accountId: z.uuid().optional(),
    sort,
    includeDeleted: z.boolean().default(false),
    limit: z.int().min(1).max(500).default(50),
    cursor: pageParameters.cursor,
    minPosition,
  })
  .prefault({});

export type ListRequest = z.infer<typeof listQuery>;
