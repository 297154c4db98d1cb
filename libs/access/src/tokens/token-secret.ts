import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** By which scanners of repositories and logs know a token of this service. */
const PREFIX = 'cst_';

const SECRET_BYTES = 32;
const FORM = /^cst_[\w-]{48}$/;

/** A new token: the prefix, then in base64url 32 random bytes and their CRC-32, by which what is none is told without the database. */
export function drawToken(): string {
  const secret = randomBytes(SECRET_BYTES);
  return PREFIX + Buffer.concat([secret, checksumOf(secret)]).toString('base64url');
}

/** Whether this service may have issued it. */
export function isWellFormed(token: string): boolean {
  if (!FORM.test(token)) return false;
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
  return checksumOf(bytes.subarray(0, SECRET_BYTES)).equals(bytes.subarray(SECRET_BYTES));
}

function checksumOf(secret: Buffer): Buffer {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(secret));
  return checksum;
}
