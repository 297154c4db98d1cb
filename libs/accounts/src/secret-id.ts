import { hashOf } from '#platform';

/** Names a secret to people who are not to learn it, by the hash that is stored of it. */
export function idOfHash(hash: string): string {
  return hash.slice(0, 16);
}

/** As {@link idOfHash}. */
export function idOfSecret(secret: string): string {
  return idOfHash(hashOf(secret));
}
