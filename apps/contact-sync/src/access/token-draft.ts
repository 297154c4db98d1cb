import { CodedError, parseDuration, SCOPES, TOKEN_NAME } from '#platform';
import { z } from 'zod';

const DAY_MS = 86_400_000;

/** Long enough for a quarter's change of secrets, short enough that a forgotten one ends. */
const USUAL_DAYS = 90;
const MOST_DAYS = 365;

/** What somebody wants of a new token. */
export const draftSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        TOKEN_NAME,
        'must be 1 to 64 letters, digits, spaces or any of . _ / @ -, with a letter or digit first',
      )
      .describe('How lists and logs call it; no other token has the same'),
    scopes: z.array(z.enum(SCOPES)).min(1),
    accountId: z.uuid().optional().describe('The one account that it may see; left out: all'),
    expiresAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe(`At most ${MOST_DAYS} days ahead; left out, with expiresIn: in ${USUAL_DAYS} days`),
    expiresIn: z.string().max(20).optional().describe('In its place: a number and s, m, h or d, such as 30d'),
  })
  .refine(({ expiresAt, expiresIn }) => expiresAt === undefined || expiresIn === undefined, {
    message: 'must be left out where expiresAt is given',
    path: ['expiresIn'],
  });

/** @throws CodedError invalid-request for a time that is over, or too far */
export function expiryOf(
  { expiresAt, expiresIn }: Pick<z.infer<typeof draftSchema>, 'expiresAt' | 'expiresIn'>,
  now = Date.now(),
): Date {
  const livesMs =
    expiresAt === undefined
      ? parseDuration(expiresIn ?? `${USUAL_DAYS}d`)
      : new Date(expiresAt).getTime() - now;
  if (livesMs !== null && livesMs > 0 && livesMs <= MOST_DAYS * DAY_MS) return new Date(now + livesMs);
  throw new CodedError(
    'invalid-request',
    expiresAt === undefined
      ? `expiresIn: must be a number and s, m, h or d, from 1s to ${MOST_DAYS}d, such as 30d`
      : `expiresAt: must be ahead, by at most ${MOST_DAYS} days`,
  );
}
