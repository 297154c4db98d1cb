import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { type DatabaseSync } from 'node:sqlite';

/**
 * Makes opaque tokens that carry their own content, encrypted and authenticated: a client can neither read
 * nor change one, and it survives a restart because its key is kept in the data folder.
 */
export class TokenSeal {
  private readonly key: KeyObject;

  constructor(database: DatabaseSync) {
    const fresh = randomBytes(32).toString('base64');
    database.prepare("INSERT OR IGNORE INTO settings (name, value) VALUES ('token-key', ?)").run(fresh);
    const row = database.prepare("SELECT value FROM settings WHERE name = 'token-key'").get();
    this.key = createSecretKey(String(row?.value), 'base64');
  }

  seal(kind: string, content: object): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(kind));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** The content that was sealed under this kind, or undefined when the token was not made here. */
  open(kind: string, token: string): unknown {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length < 29 || bytes.toString('base64url') !== token) return undefined;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12), {
        authTagLength: 16,
      });
      decipher.setAAD(Buffer.from(kind)).setAuthTag(bytes.subarray(12, 28));
      const content = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
      return JSON.parse(content.toString('utf8')) as unknown;
    } catch {
      return undefined;
    }
  }

  /** An HS256 signature, for id tokens. */
  sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }

  /** A short, stable mark of a text, to bind one token to another. */
  static mark(text: string): string {
    return createHash('sha256').update(text).digest('base64url').slice(0, 22);
  }
}
