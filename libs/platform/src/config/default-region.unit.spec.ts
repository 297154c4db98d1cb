import { describe, expect, it } from '@jest/globals';

import { readConfiguration } from './configuration.js';

const REQUIRED = {
  DATABASE_URL: 'postgres://user:password@localhost:5432/database',
  ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  GOOGLE_CLIENT_ID: 'id',
  GOOGLE_CLIENT_SECRET: 'secret',
};

const regionOf = (DEFAULT_REGION: string) =>
  readConfiguration({ ...REQUIRED, DEFAULT_REGION }).DEFAULT_REGION;

describe('DEFAULT_REGION', () => {
  it.each([
    ['DE', 'DE'],
    ['de', 'DE'],
    [' GB ', 'GB'],
    ['', undefined],
  ])('is read from %j as %j', (given, read) => {
    expect(regionOf(given)).toBe(read);
  });

  it.each(['Germany', '+49', '49', 'DEU', 'UK', 'XX', 'AQ', 'de_DE', '__proto__', 'constructor'])(
    'is not %s, which has no numbers of its own',
    (given) => {
      expect(() => regionOf(given)).toThrow(
        `DEFAULT_REGION is "${given}", but must be the two letters of a country (ISO 3166), such as DE`,
      );
    },
  );
});
