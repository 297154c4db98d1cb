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

  it('has the help of every command, as the built program prints it, with examples', async () => {
    const cli = new CommandLine({});
    const paths = new Set(sections.map(({ path }) => path.join(' ')));
    // A process each, some side by side.
    const waiting = [...sections];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { path, help } = next;
        const { code, out } = await cli.run(...path, '--help');
        expect({ path, code, out: out.trimEnd() }).toEqual({ path, code: 0, out: help });
        const [, listed = ''] = /\nCommands:\n([^]*?)(?:\n\n|$)/.exec(out) ?? [];
        const inner = [...listed.matchAll(/^ {2}(\S+)/gm)]
          .map(([, name = '']) => name)
          .filter((name) => name !== 'help');
        for (const name of inner) expect(paths).toContain([...path, name].join(' '));
        if (inner.length === 0) expect(out).toContain('\nExamples:\n');
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    expect(paths.size).toBeGreaterThan(40);
  }, 300_000);
});
