import { readFileSync } from 'node:fs';

/** The file that is to hold a secret cannot be used; the message says what it must be. */
export class SecretFileUnusable extends Error {
  override readonly name = 'SecretFileUnusable';
}

/**
 * A secret that stands in a file, without the line break that most editors put at its end.
 *
 * @throws SecretFileUnusable
 */
export function readSecretFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SecretFileUnusable(
      `a file that can be read (${String((error as NodeJS.ErrnoException).code)})`,
    );
  }
  const secret = text.replace(/\r?\n$/, '');
  if (secret.trim() === '') throw new SecretFileUnusable('a file that holds something: this one is empty');
  return secret;
}
