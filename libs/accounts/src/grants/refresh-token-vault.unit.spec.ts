import { createCipheriv, randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { RefreshTokenVault } from './refresh-token-vault.js';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const ACCOUNT = '3f0f9a3e-8f4b-4b43-9d0c-0a1c2f3e4d5b';
const OTHER = '8a0f9a3e-8f4b-4b43-9d0c-0a1c2f3e4d5c';

/** As versions before wrote it. */
function inOldForm(token: string, accountId: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(accountId));
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return `v1:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`;
}

describe('A refresh token at rest', () => {
  it('names its key, says nothing of itself, and is never the same text twice', () => {
    const vault = new RefreshTokenVault([NEW]);
    const stored = vault.encrypt('1//secret', ACCOUNT);
    expect(stored).toMatch(new RegExp(`^v2:${vault.keyId}:[A-Za-z\\d+/]+=*$`));
    expect(stored).not.toBe(vault.encrypt('1//secret', ACCOUNT));
    expect(vault.decrypt(stored, ACCOUNT)).toBe('1//secret');
  });

  it('is of its account alone', () => {
    const vault = new RefreshTokenVault([NEW]);
    expect(() => vault.decrypt(vault.encrypt('1//secret', ACCOUNT), OTHER)).toThrow(/damaged/);
  });

  it('is not believed where a bit of it changed', () => {
    const vault = new RefreshTokenVault([NEW]);
    const [version, keyId, text = ''] = vault.encrypt('1//secret', ACCOUNT).split(':');
    const bytes = Buffer.from(text, 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const changed = [version, keyId, bytes.toString('base64')].join(':');
    expect(() => vault.decrypt(changed, ACCOUNT)).toThrow(/damaged/);
  });

  it('is decrypted by any of the keys, and encrypted with the first', () => {
    const stored = new RefreshTokenVault([OLD]).encrypt('1//secret', ACCOUNT);
    const vault = new RefreshTokenVault([NEW, OLD]);
    expect(vault.decrypt(stored, ACCOUNT)).toBe('1//secret');
    expect(vault.isCurrent(stored)).toBe(false);
    const anew = vault.encrypt('1//secret', ACCOUNT);
    expect(vault.isCurrent(anew)).toBe(true);
    expect(() => new RefreshTokenVault([OLD]).decrypt(anew, ACCOUNT)).toThrow(vault.keyId);
  });

  it('of the old form is read, and its key found by trying', () => {
    const vault = new RefreshTokenVault([NEW, OLD]);
    const stored = inOldForm('1//secret', ACCOUNT, OLD);
    expect(vault.decrypt(stored, ACCOUNT)).toBe('1//secret');
    expect(vault.keyIdOf(stored, ACCOUNT)).toBe(new RefreshTokenVault([OLD]).keyId);
    expect(new RefreshTokenVault([NEW]).keyIdOf(stored, ACCOUNT)).toBeNull();
  });

  it('has a key id that stays: what is stored names it', () => {
    expect(new RefreshTokenVault([OLD]).keyId).toBe('75ec28b1c37fb09b');
  });
});
