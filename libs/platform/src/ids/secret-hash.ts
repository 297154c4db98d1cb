import { createHash } from 'node:crypto';

/**
 * What the database holds of a secret: SHA-256 in base64url. The secrets here are 256 random bits, so that nobody finds
 * one by trying, however fast the hash is; a slow one, as passwords need, would only cost each call.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
