import { hash } from 'node:crypto';

/** 128 bits of SHA-256: short to store, and no two contacts will ever collide by accident. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
