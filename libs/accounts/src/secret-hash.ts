import { createHash } from 'node:crypto';

/** What the database holds of a secret: SHA-256 in base64url. The secrets are random, so that nobody can guess them. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
