import { text } from './plain-text.js';

/** Google, as it names itself in id_tokens and in the answer to an authorization request (RFC 9207). */
export const ISSUER = 'https://accounts.google.com';

/** What an id_token says of who signed in; null for what it does not say, or not in a usable form. */
export interface IdTokenClaims {
  /** `sub`, stays the same when the address changes. */
  readonly subject: string | null;
  readonly email: string | null;
}

/**
 * Reads an id_token. It came straight from the token endpoint over TLS, which stands for its signature (OpenID Connect
 * Core 3.1.3.7, 6).
 *
 * @param idToken whatever the endpoint sent
 */
export function readIdToken(idToken: unknown): IdTokenClaims {
  const { sub, email } = payloadOf(idToken) ?? {};
  return { subject: readSubject(sub), email: text(email, LONGEST_EMAIL) };
}

/** What the id_token of a sign-in must hold. */
export interface ExpectedIdToken {
  /** Our OAuth client. */
  readonly clientId: string;
  /** Went out with the request that it answers. */
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Google writes its name with and without `https://`. */
const ISSUERS: readonly unknown[] = [ISSUER, ISSUER.replace('https://', '')];

/** How far Google's clock and ours may be apart. */
const CLOCK_SKEW_SECONDS = 60;

/**
 * Whether an id_token is for us, for this sign-in, and lives (OpenID Connect Core 3.1.3.7).
 *
 * @returns the claim that says otherwise; null where none does, and for what cannot be read, which says nothing at all
 */
export function wrongClaim(idToken: unknown, { clientId, nonce, now }: ExpectedIdToken): string | null {
  const claims = payloadOf(idToken);
  if (claims === null) return null;
  if (!ISSUERS.includes(claims.iss)) return 'iss';
  if (claims.aud !== clientId) return 'aud';
  if (!(typeof claims.exp === 'number' && claims.exp > now - CLOCK_SKEW_SECONDS)) return 'exp';
  return claims.nonce === nonce ? null : 'nonce';
}

/** A Google account's id: at most 255 ASCII characters (OpenID Connect Core 2), at Google digits. */
export function readSubject(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value) ? value : null;
}

/** RFC 3696, with its erratum 1690. */
const LONGEST_EMAIL = 254;

type Claims = Partial<Record<'iss' | 'aud' | 'exp' | 'nonce' | 'sub' | 'email', unknown>>;

function payloadOf(idToken: unknown): Claims | null {
  const payload = typeof idToken === 'string' ? idToken.split('.')[1] : undefined;
  if (payload === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
