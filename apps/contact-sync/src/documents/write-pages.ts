import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { PAGES } from './pages.js';

// `npm run docs:errors` and its like; without a name, all of them.
const [, , ...names] = process.argv;
for (const { name, file, made } of PAGES) {
  if (names.length > 0 && !names.includes(name)) continue;
  const text = await made(existsSync(file) ? readFileSync(file, 'utf8') : '');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
