import { type Principal, type Session } from '#access';
import { z } from 'zod';

/** Who one is, and what a page needs to know of that. */
export const sessionSchema = z.object({
  csrfToken: z
    .string()
    .nullable()
    .describe(
      'To be sent as X-CSRF-Token with each call by cookie that changes something; null without a session',
    ),
  name: z.string(),
  scopes: z.array(z.string()),
  accountId: z.uuid().nullable().describe('The one account that may be seen; null for all'),
  expiresAt: z.iso.datetime().nullable().describe('When the session ends at the latest; null without one'),
});

export function sessionAnswer(
  { name, scopes, accountId }: Principal,
  session: Session | null,
): z.infer<typeof sessionSchema> {
  return {
    csrfToken: session?.csrfToken ?? null,
    name,
    scopes: [...scopes],
    accountId,
    expiresAt: session?.expiresAt.toISOString() ?? null,
  };
}
