import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { CommandLine } from './run-command.js';

const PAGE = readFileSync('docs/command-line.md', 'utf8');

/** Each command of the page with its help. */
const sections = [...PAGE.matchAll(/^### `contactstream ?([^`]*)`\n\n```\n([^]*?)\n```$/gm)].map(
  ([, path = '', help = '']) => ({ path: path.split(' ').filter((word) => word !== ''), help }),
);

describe('docs/command-line.md', () => {
  it('is what `npm run docs:command-line` makes of the program', () => {
    const folder = mkdtempSync(join(tmpdir(), 'contactstream-page-'));
    try {
      const file = join(folder, 'page.md');
      execFileSync(process.execPath, [
        '--import',
        './test/support/resolve-typescript.mjs',
        'apps/cli/src/write-command-line-page.ts',
        file,
      ]);
      expect(PAGE).toBe(readFileSync(file, 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has the help of every command, each with examples', () => {
    const paths = sections.map(({ path }) => path.join(' '));
    expect(paths.length).toBeGreaterThan(40);
    for (const { path, help } of sections) {
      const [, listed = ''] = /\nCommands:\n([^]*?)(?:\n\n|$)/.exec(help) ?? [];
      const inner = [...listed.matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => name);
      for (const name of inner) if (name !== 'help') expect(paths).toContain([...path, name].join(' '));
      if (inner.length === 0) expect(help).toContain('\nExamples:\n');
    }
  });

  // A process each: of the others the page itself is made, by the same code.
  it.each(['', 'sync', 'runs cancel', 'keys', 'migrate'])(
    'is what the built program prints: %s',
    async (path) => {
      const section = sections.find((one) => one.path.join(' ') === path);
      const { code, out } = await new CommandLine({}).run(...(section?.path ?? []), '--help');
      expect({ code, out: out.trimEnd() }).toEqual({ code: 0, out: section?.help });
    },
  );
});
