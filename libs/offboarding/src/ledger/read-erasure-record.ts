import { z } from 'zod';

import { type ErasureRecord } from './erasure-ledger.js';

const schema = z.object({
  accountId: z.uuid(),
  erasureId: z.uuid(),
  begunAt: z.iso.datetime(),
  contacts: z.int().nullable(),
  events: z.int().nullable(),
});

/** @throws Error that names the place of a text that is no record: an account that it names would come back unseen */
export function readErasureRecord(text: string, place: string): ErasureRecord {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(
      `The erasure ledger cannot be read: ${place} is no record of an erasure. Mend or restore it.`,
      {
        cause: error,
      },
    );
  }
}
