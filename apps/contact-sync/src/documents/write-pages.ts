import { readFileSync, writeFileSync } from 'node:fs';

import { PAGES } from './pages.js';

// `npm run docs:errors` and its like; without a name, all of them.
const [, , ...names] = process.argv;
for (const { name, file, made } of PAGES) {
  if (names.length === 0 || names.includes(name)) writeFileSync(file, made(readFileSync(file, 'utf8')));
}
