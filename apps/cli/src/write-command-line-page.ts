import { writeFileSync } from 'node:fs';

import { format } from 'oxfmt';

import { commandLinePage } from './command-line-page.js';

// `npm run docs:command-line`; its test has it written elsewhere.
const [, , file = 'docs/command-line.md'] = process.argv;
writeFileSync(file, (await format(file, commandLinePage())).code);
