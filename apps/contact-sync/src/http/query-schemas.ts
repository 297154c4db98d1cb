import { parseDuration } from '#platform';
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

/** A part of what an account is called, or its id. */
export const searchParameter = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must be text')
  .optional()
  .describe('A part of the name, the address or the reference of an account, or its id');

/** Words, or digits of a phone number. */
export const searchOfContacts = z
  .string()
  .max(200)
  .optional()
  .describe(
    'Matches names, organisations, e-mail addresses, and phone numbers by digits; needs the scope `read`',
  );

/** Of every list that pages. */
export const pageParameters = {
  limit: limitParameter(500, 50),
  cursor: z.string().optional().describe('`nextCursor` of the page before'),
};

export const flagParameter = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Such as `90s`, `15m`, `12h` or `1d`, up to ten years; as milliseconds. */
export const durationParameter = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null) return milliseconds;
  context.addIssue({
    code: 'custom',
    message: 'must be a number and s, m, h or d, up to 3650d, such as 15m',
  });
  return z.NEVER;
});

/** A point in time in ISO 8601, with its offset. */
export const timeParameter = z.iso.datetime({ offset: true });
