import { createHash } from 'node:crypto';

/** What the database holds of a secret: SHA-256 in base64url. The secrets are random, so that nobody can guess them. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Names a secret to people who are not to learn it, by the hash that is stored of it. */
export function idOfHash(hash: string): string {
  return hash.slice(0, 16);
}

/** As {@link idOfHash}. */
export function idOfSecret(secret: string): string {
  return idOfHash(hashOf(secret));
}
