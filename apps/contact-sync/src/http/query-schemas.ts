import { z } from 'zod';

/** Numbers in queries are decimal digits. */
export const positionParameter = z
  .string()
  .regex(/^\d{1,18}$/, 'must be decimal digits')
  .transform((digits) => BigInt(digits));

export const limitParameter = (most: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be decimal digits')
    .transform(Number)
    .pipe(z.number().min(1).max(most))
    .default(fallback);

/** Of every list that pages. */
export const pageParameters = {
  limit: limitParameter(500, 50),
  cursor: z.string().optional().describe('`nextCursor` of the page before'),
};

export const flagParameter = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A point in time in ISO 8601, with its offset. */
export const timeParameter = z.iso.datetime({ offset: true });
