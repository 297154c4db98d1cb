import { z } from 'zod';

import { type Person } from '../sessions/open-session/open-session.command.js';

const LONGEST_NAME = 200;

const text = z.string().min(1).optional().catch(undefined);
const person = z.looseObject({
  sub: z.string(),
  email: text,
  email_verified: z.boolean().optional().catch(false),
  preferred_username: text,
  name: text,
});

/** Who a provider says that somebody is. An address tells people apart, where it is their own; names do not. */
export function personOf(claims: object, issuer: string, groupsClaim: string): Person {
  const { sub, email, email_verified: isVerified, preferred_username: user, name } = person.parse(claims);
  const called = (isVerified === false ? undefined : email) ?? user ?? name ?? sub;
  return {
    issuer,
    subject: sub,
    name: called.replaceAll(/\p{Cc}/gu, ' ').slice(0, LONGEST_NAME),
    groups: readGroups(claims, groupsClaim) ?? [],
  };
}

/** @returns null where the claim is not there. One group may stand alone, without a list. */
export function readGroups(claims: object, claim: string): string[] | null {
  const value = (claims as Record<string, unknown>)[claim];
  if (value === undefined) return null;
  return (Array.isArray(value) ? value : [value]).filter((group) => typeof group === 'string');
}
