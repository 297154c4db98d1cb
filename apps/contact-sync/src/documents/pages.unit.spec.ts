import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { PAGES } from './pages.js';

describe('A document that is made of the code', () => {
  it.each(PAGES)(
    'is up to date: $file; if not, `npm run docs:$name` writes it anew',
    async ({ file, made }) => {
      const page = readFileSync(file, 'utf8');
      expect(page).toBe(await made(page));
    },
  );
});
