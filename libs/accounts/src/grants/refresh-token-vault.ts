import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** Refresh tokens at rest: AES-256-GCM, bound to the account that they belong to. */
export class RefreshTokenVault {
  /** @param keys 32 bytes each; the first encrypts, all decrypt, so that keys can be rotated */
  constructor(private readonly keys: readonly Buffer[]) {}

  encrypt(refreshToken: string, accountId: string): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error('There is no encryption key');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(accountId));
    const sealed = Buffer.concat([cipher.update(refreshToken, 'utf8'), cipher.final()]);
    return `${VERSION}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`;
  }

  /** @throws Error when none of the keys fits: ENCRYPTION_KEY is not the one that encrypted it */
  decrypt(stored: string, accountId: string): string {
    const [version, text] = stored.split(':');
    if (version !== VERSION || text === undefined) throw new Error('The stored sign-in has an unknown form');
    const bytes = Buffer.from(text, 'base64');
    for (const key of this.keys) {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(accountId))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        return (
          decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        continue;
      }
    }
    throw new Error(
      `The sign-in of account ${accountId} cannot be decrypted with ENCRYPTION_KEY: give the key that encrypted it`,
    );
  }
}
