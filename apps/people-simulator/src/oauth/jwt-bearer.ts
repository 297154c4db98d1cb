import { verify } from 'node:crypto';
import { z } from 'zod';
import { type Account } from '../storage/account-store.js';
import { invalidGrant, invalidRequest, OAuthError } from './oauth-error.js';
import { type ServiceAccount } from './service-accounts.js';
import { type TokenEndpointParts, type TokenExchange, type TokenRequest } from './token-exchange.js';

const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string().optional(),
  scope: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
});

type Claims = z.infer<typeof claimsSchema>;

/** Where Google's own libraries address assertions to, wherever they send them. */
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const LONGEST_SECONDS = 3_600;
const CLOCK_SKEW_SECONDS = 300;

/**
 * A service account asks for an access token in a person's name (RFC 7523, and
 * https://developers.google.com/identity/protocols/oauth2/service-account). There is no refresh token and no id token.
 */
export function jwtBearerExchange(
  { form, host }: TokenRequest,
  { serviceAccounts, accounts, accessTokens }: TokenEndpointParts,
  now: number,
): TokenExchange {
  const assertion = form.get('assertion');
  if (assertion === null) throw invalidRequest('Missing required parameter: assertion');
  const claims = claimsOf(assertion);
  const service = serviceAccounts.find(claims.iss);
  if (service === undefined) throw invalidGrant('Invalid grant: account not found');
  checkSignature(assertion, service);
  checkAudience(claims.aud, host);
  checkTimes(claims, now / 1_000);
  const account = subjectOf(claims, service, accounts.all());
  const { scope } = claims;
  return {
    account,
    issue: (issuedAt) =>
      JSON.stringify({
        access_token: accessTokens.issue(
          account,
          { refreshToken: `delegated to ${service.email}`, scope },
          issuedAt,
        ),
        expires_in: accessTokens.lifetimeSeconds,
        token_type: 'Bearer',
      }),
  };
}

function claimsOf(assertion: string): Claims {
  const [header, claims] = assertion.split('.').slice(0, 2).map(decoded);
  const isRs256 = z.looseObject({ alg: z.literal('RS256') }).safeParse(header).success;
  const read = claimsSchema.safeParse(claims);
  if (!isRs256 || !read.success || assertion.split('.').length !== 3) {
    throw invalidGrant('Invalid JWT: Failed audience, issuer, scope or algorithm check.');
  }
  return read.data;
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function checkSignature(assertion: string, { publicKey }: ServiceAccount): void {
  const end = assertion.lastIndexOf('.');
  const signature = Buffer.from(assertion.slice(end + 1), 'base64url');
  if (verify('RSA-SHA256', Buffer.from(assertion.slice(0, end)), publicKey, signature)) return;
  throw invalidGrant('Invalid JWT Signature.');
}

/** An assertion for another endpoint than this one was stolen there. */
function checkAudience(audience: string, host: string | undefined): void {
  if (audience === TOKEN_URL || audience === `http://${host ?? ''}/token`) return;
  throw invalidGrant('Invalid JWT: Failed audience check. The right audience is the token endpoint.');
}

function checkTimes({ iat, exp }: Claims, now: number): void {
  const lives = exp > now && iat < now + CLOCK_SKEW_SECONDS && exp - iat <= LONGEST_SECONDS;
  if (lives) return;
  throw invalidGrant(
    'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. ' +
      'Check your iat and exp values in the JWT claim.',
  );
}

/** The person that it acts for. Without one it would act for itself, and a service account has no contacts here. */
function subjectOf(
  { sub = '', scope }: Claims,
  service: ServiceAccount,
  persons: readonly Account[],
): Account {
  const domain = sub.slice(sub.lastIndexOf('@') + 1).toLowerCase();
  const scopes = scope.split(' ');
  if (!service.domains.includes(domain) || !scopes.every((one) => service.scopes.includes(one))) {
    throw new OAuthError(
      401,
      'unauthorized_client',
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
    );
  }
  const account = persons.find(({ email }) => email.toLowerCase() === sub.toLowerCase());
  if (account === undefined) throw invalidGrant('Invalid email or User ID');
  return account;
}
