import { readFile } from 'node:fs/promises';

import { expect, it } from '@jest/globals';

import { VERSION } from './version.js';

it("The service's version is that of its package", async () => {
  expect(JSON.parse(await readFile('package.json', 'utf8'))).toMatchObject({ version: VERSION });
});
