import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  ConfigurationError,
  readConfiguration,
  readDatabaseConfiguration,
  secretVariables,
} from './configuration.js';

const VALUES: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://user:password@localhost:5432/database',
  DATABASE_DIRECT_URL: 'postgres://user:password@localhost:5433/database',
  DATABASE_MIGRATE_URL: 'postgres://owner:password@localhost:5433/database',
  API_TOKENS: 'a-token-of-this-whole-test',
  ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
  GOOGLE_CLIENT_ID: 'id',
  GOOGLE_CLIENT_SECRET: 'secret',
  GOOGLE_REFRESH_TOKEN: '1//token',
  HTTPS_PROXY: 'http://user:password@proxy:3128',
  HTTP_PROXY: 'http://user:password@proxy:3128',
  KAFKA_SASL_PASSWORD: ' with spaces ',
  OIDC_CLIENT_SECRET: 'of-the-client',
  OTEL_EXPORTER_OTLP_HEADERS: 'api-key=of%20the,tenant=one',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'contactstream-secrets-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const fileOf = (text: string): string => {
  const file = join(mkdtempSync(join(folder, 'one-')), 'secret');
  writeFileSync(file, text);
  return file;
};
const readWith = (variables: Record<string, string | undefined>) => () =>
  readConfiguration({ ...VALUES, KAFKA_SASL_PASSWORD: undefined, ...variables });

describe('A secret', () => {
  it.each(secretVariables)('may stand in a file: %s, one line break at the end left out', (name) => {
    for (const ending of ['', '\n', '\r\n']) {
      const file = fileOf(`${VALUES[name] ?? ''}${ending}`);
      const read = readWith({ [name]: '', [`${name}_FILE`]: file })();
      const expected = name === 'KAFKA_SASL_PASSWORD' ? VALUES[name] : readWith({})()[name as never];
      expect(read[name as never]).toEqual(expected);
    }
  });

  it.each(secretVariables)('is not taken from two places: %s', (name) => {
    const given = { [name]: VALUES[name], [`${name}_FILE`]: fileOf('another') };
    expect(readWith(given)).toThrow(ConfigurationError);
    expect(readWith(given)).toThrow(
      new RegExp(`^${name}_FILE is ".*", but must be left out where ${name} is set`),
    );
  });

  it.each([
    ['is not there', () => join(folder, 'none'), 'ENOENT'],
    ['cannot be read', () => folder, 'EISDIR'],
    ['is empty', () => fileOf('\n'), 'empty'],
  ])('whose file %s stops the start, and the file is named', (_, file, why) => {
    const given = { ENCRYPTION_KEY: '', ENCRYPTION_KEY_FILE: file() };
    expect(readWith(given)).toThrow(ConfigurationError);
    expect(readWith(given)).toThrow(/^ENCRYPTION_KEY_FILE is "/);
    expect(readWith(given)).toThrow(why);
  });

  it('that is wrong is not shown, wherever it stands', () => {
    const given = { ENCRYPTION_KEY: '', ENCRYPTION_KEY_FILE: fileOf('too short') };
    expect(readWith(given)).toThrow(/^ENCRYPTION_KEY is \(hidden\)/);
  });

  it('that a program does not need is not read for it', () => {
    const file = fileOf(VALUES.DATABASE_URL ?? '');
    const given = { DATABASE_URL_FILE: file, ENCRYPTION_KEY_FILE: join(folder, 'none') };
    expect(readDatabaseConfiguration(given)).toMatchObject({ DATABASE_URL: VALUES.DATABASE_URL });
  });
});
