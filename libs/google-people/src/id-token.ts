import { text } from './plain-text.js';

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
  const { sub, email } = payloadOf(idToken);
  return { subject: readSubject(sub), email: text(email, LONGEST_EMAIL) };
}

/** A Google account's id: at most 255 ASCII characters (OpenID Connect Core 2), at Google digits. */
export function readSubject(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value) ? value : null;
}

/** RFC 3696, with its erratum 1690. */
const LONGEST_EMAIL = 254;

function payloadOf(idToken: unknown): { sub?: unknown; email?: unknown } {
  const payload = typeof idToken === 'string' ? idToken.split('.')[1] : undefined;
  if (payload === undefined) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
