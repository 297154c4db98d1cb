import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { accountEventJsonSchemas, contactEventJsonSchemas } from './json-schemas.js';

const FOLDER = path.join(import.meta.dirname, '../schemas');

describe('The published JSON Schemas', () => {
  const published = Object.entries({ ...contactEventJsonSchemas, ...accountEventJsonSchemas }).flatMap(
    ([name, versions]) => Object.entries(versions).map(([version, schema]) => ({ name, version, schema })),
  );

  it.each(published)('$name/$version.json says what the code checks', async ({ name, version, schema }) => {
    const file = await readFile(path.join(FOLDER, name, `${version}.json`), 'utf8');
    expect(JSON.parse(file)).toEqual(schema);
  });
});
