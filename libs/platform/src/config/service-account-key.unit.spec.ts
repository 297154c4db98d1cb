import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { serviceAccountKey } from './service-account-key.js';

describe('The key of a service account', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'contactstream-key-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const GOOD = { type: 'service_account', client_email: 'a@b.example', private_key: privateKey };
  const read = (text: string) => {
    const file = path.join(folder, 'key.json');
    writeFileSync(file, text);
    return serviceAccountKey.safeParse(file);
  };

  it('is read from its file when the service starts', () => {
    const { data } = read(JSON.stringify({ ...GOOD, project_id: 'any' }));
    expect(data).toEqual({ clientEmail: 'a@b.example', privateKey });
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['an OAuth client', JSON.stringify({ ...GOOD, type: 'authorized_user' })],
    ['without an address', JSON.stringify({ ...GOOD, client_email: '' })],
    ['without a key', JSON.stringify({ ...GOOD, private_key: undefined })],
    ['with a key that is none', JSON.stringify({ ...GOOD, private_key: 'secret' })],
  ])('is refused, and not shown, where the file holds %s', (_, text) => {
    const { error } = read(text);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'a readable file with the JSON key of a service account',
    ]);
  });

  it('is refused where there is no such file', () => {
    expect(serviceAccountKey.safeParse(path.join(folder, 'nothing')).success).toBe(false);
  });
});
