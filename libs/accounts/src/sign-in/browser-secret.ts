import { randomBytes } from 'node:crypto';
import { hashOf } from '#platform';

/**
 * Ties a sign-in to the browser that began it. The browser keeps a secret in a cookie; the state, which goes through
 * Google and through addresses, is its hash; the database holds the hash of the state. So neither the state nor the
 * database tells the secret, and a callback is the browser's own when its cookie makes its state.
 */
export interface BrowserSecret {
  readonly secret: string;
  readonly state: string;
}

export function drawBrowserSecret(): BrowserSecret {
  const secret = randomBytes(32).toString('base64url');
  return { secret, state: hashOf(secret) };
}

export function isOwnState(state: string, secret: string | undefined): boolean {
  return secret !== undefined && hashOf(secret) === state;
}
