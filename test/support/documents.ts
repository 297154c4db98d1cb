import { globSync, readFileSync } from 'node:fs';

import { type Block, commandBlocks } from './command-blocks.js';

/** Whose blocks tests of their own run: the consumers' guide, and the page that the command line writes. */
const OTHERS = new Set(['docs/consuming.md', 'docs/command-line.md']);

/** Documents with commands, and their blocks. */
export const documents: ReadonlyMap<string, readonly Block[]> = new Map(
  globSync(['README.md', 'docs/*.md', 'docs/how-to/*.md'])
    .sort()
    .filter((file) => !OTHERS.has(file))
    .map((file) => [file, commandBlocks(file, readFileSync(file, 'utf8'))] as const)
    .filter(([, blocks]) => blocks.some(({ kind }) => kind === 'command')),
);
