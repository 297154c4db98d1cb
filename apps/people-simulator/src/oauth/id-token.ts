import { type Account } from '../storage/account-store.js';
import { type TokenSeal } from '../storage/token-seal.js';

/** Who issues: in id tokens, and in the answers of the authorization endpoint. */
export const ISSUER = 'https://accounts.google.com';

/** An OpenID Connect id token (HS256) that tells who signed in: `sub`, and `email` and `name` where asked for. */
export function idToken(
  account: Account,
  { clientId, scope, nonce }: { clientId: string; scope: string; nonce: string | null },
  lifetimeSeconds: number,
  seal: TokenSeal,
  now: number,
): string {
  const scopes = scope.split(' ');
  const email = scopes.some((one) => one === 'email' || one.endsWith('/userinfo.email'));
  const profile = scopes.some((one) => one === 'profile' || one.endsWith('/userinfo.profile'));
  const issuedAt = Math.floor(now / 1_000);
  const claims = {
    iss: ISSUER,
    azp: clientId,
    aud: clientId,
    sub: account.sub,
    ...(email && { email: account.email, email_verified: true }),
    ...(profile && { name: account.displayName }),
    ...(nonce !== null && { nonce }),
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
  };
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${unsigned}.${seal.sign(unsigned)}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
