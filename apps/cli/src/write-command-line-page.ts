import { writeFileSync } from 'node:fs';

import { format, resolveConfig } from 'prettier';

import { commandLinePage } from './command-line-page.js';

// `npm run docs:command-line`; its test has it written elsewhere.
const [, , file = 'docs/command-line.md'] = process.argv;
writeFileSync(file, await format(commandLinePage(), { ...(await resolveConfig(file)), filepath: file }));
