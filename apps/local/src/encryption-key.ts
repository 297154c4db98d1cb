import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * The key that the embedded database's secrets are encrypted with: 32 random bytes in base64, drawn at the first start
 * and kept in a file that only its owner may read. It is worth as much as the database: one is nothing without the other.
 */
export function rememberedEncryptionKey(file: string): string {
  if (!existsSync(file)) {
    // Moved into place whole: a key cut short by a power cut would lock the data away for good.
    writeFileSync(`${file}.new`, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8').trim();
}
