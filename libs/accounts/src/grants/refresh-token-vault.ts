import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `v1:<base64>` is of older versions, and does not name its key. */
const STORED = /^v(?:1|2:([\da-f]{16})):([A-Za-z\d+/]+=*)$/;

/** Tells keys apart and says nothing of them: the first 8 bytes, in hex, of a hash over a label and the key. */
function idOf(key: Buffer): string {
  return createHash('sha256').update('contactstream encryption key').update(key).digest('hex').slice(0, 16);
}

/** Refresh tokens at rest, as `v2:<key id>:<base64>`: AES-256-GCM, bound to the account that they belong to. */
export class RefreshTokenVault {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  /** The id of the key that encrypts. */
  readonly keyId: string;

  /** @param keys 32 bytes each, one at least; the first encrypts, all decrypt, so that keys can be rotated */
  constructor(keys: readonly Buffer[]) {
    const [first] = keys;
    if (first === undefined) throw new Error('There is no encryption key');
    this.keyId = idOf(first);
    this.keys = new Map(keys.map((key) => [idOf(key), createSecretKey(key)]));
  }

  /** In the order in which they were given. */
  get keyIds(): string[] {
    return [...this.keys.keys()];
  }

  encrypt(refreshToken: string, accountId: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keys.get(this.keyId) ?? '', nonce);
    cipher.setAAD(Buffer.from(accountId));
    const sealed = Buffer.concat([cipher.update(refreshToken, 'utf8'), cipher.final()]);
    return `v2:${this.keyId}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`;
  }

  /** @throws Error when it cannot be decrypted: its key is not given, or it is damaged */
  decrypt(stored: string, accountId: string): string {
    const opened = this.open(stored, accountId);
    if (opened !== null) return opened.refreshToken;
    const keyId = STORED.exec(stored)?.[1];
    const damaged = keyId !== undefined && this.keys.has(keyId);
    throw new Error(
      `The sign-in of account ${accountId} cannot be decrypted: ` +
        (damaged
          ? 'it is damaged, so sign in again'
          : `ENCRYPTION_KEY lacks its key, ${keyId ?? 'of an old form'}`),
    );
  }

  /** The id of the key that a stored token needs; null: it does not say, and no key that is given decrypts it. */
  keyIdOf(stored: string, accountId: string): string | null {
    return STORED.exec(stored)?.[1] ?? this.open(stored, accountId)?.keyId ?? null;
  }

  /** Whether it is stored as {@link encrypt} would. */
  isCurrent(stored: string): boolean {
    return stored.startsWith(`v2:${this.keyId}:`);
  }

  private open(stored: string, accountId: string): { keyId: string; refreshToken: string } | null {
    const [, named, text] = STORED.exec(stored) ?? [];
    if (text === undefined) return null;
    const bytes = Buffer.from(text, 'base64');
    for (const [keyId, key] of this.keys) {
      if (named !== undefined && named !== keyId) continue;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(accountId))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES);
        return { keyId, refreshToken: decipher.update(sealed, undefined, 'utf8') + decipher.final('utf8') };
      } catch {
        // Not with this key.
      }
    }
    return null;
  }
}
