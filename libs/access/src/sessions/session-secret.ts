import { createHmac, randomBytes } from 'node:crypto';
import { hashOf } from '#platform';

const FORM = /^[\w-]{43}$/;

/** What the browser keeps: 32 random bytes in base64url. */
export function drawSessionSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function isSessionSecret(text: string): boolean {
  return FORM.test(text);
}

/**
 * What a page sends along with each call that changes something. It is made from the secret, so that nothing more is
 * stored, and tells nothing of it.
 */
export function csrfTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('csrf').digest('base64url');
}

/**
 * By which a session finds out whether its token still stands in API_TOKENS. People may have chosen that one, so its own
 * hash is not stored: with the secret, which only the browser has, nobody can try tokens out on the database.
 */
export function proofOf(secret: string, token: string): string {
  return hashOf(`${secret}.${token}`);
}
