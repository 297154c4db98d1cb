import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { describeUnless } from '../support/kafka.js';
import { CommandLine } from './run-command.js';

const missing = (shell: string): string | null =>
  spawnSync(shell, ['-c', 'true']).status === 0 ? null : `${shell} is not installed`;

let folder: string;
const fileOf = (shell: string): string => join(folder, `completion.${shell}`);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contactstream-completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(fileOf(shell), (await new CommandLine({}).run('completion', shell)).out);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CASES: [line: string, found: string[]][] = [
  ['contactstream stat', ['status']],
  ['contactstream runs can', ['cancel']],
  ['contactstream accounts re', ['resume']],
  ['contactstream contacts search --includ', ['--include-deleted']],
  ['contactstream runs --state can', ['cancelled']],
  ['contactstream runs --limit 3 --state can', ['cancelled']],
  ['contactstream tokens create crm --scope re', ['read']],
  ['contactstream completion fi', ['fish']],
  ['contactstream keys rot', ['rotate']],
  ['contactstream nowhere --no-such', []],
];

describeUnless(missing('bash'))('In bash', () => {
  it.each(CASES)('%s is completed', (line, found) => {
    const script = `
      source "$1"; shift
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _contactstream
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync('bash', ['--norc', '-c', script, 'bash', fileOf('bash'), ...line.split(' ')], {
      encoding: 'utf8',
    });
    expect(out.split('\n').filter((word) => word !== '')).toEqual(found);
  });

  it('a file is completed where one is asked for', () => {
    const script = `
      source "$1"; cd "$2"
      COMP_WORDS=(contactstream status --token-file comp); COMP_CWORD=3
      _contactstream
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync('bash', ['--norc', '-c', script, 'bash', fileOf('bash'), folder], {
      encoding: 'utf8',
    });
    expect(out).toContain('completion.bash');
  });
});

describeUnless(missing('fish'))('In fish', () => {
  it.each(CASES)('%s is completed', (line, found) => {
    const out = execFileSync(
      'fish',
      ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', fileOf('fish'), line],
      {
        encoding: 'utf8',
        env: { ...process.env, HOME: folder },
      },
    );
    const words = out.split('\n').flatMap((one) => one.split('\t').slice(0, 1));
    expect(words.filter((word) => word !== '')).toEqual(found);
  });
});

describeUnless(missing('zsh'))('In zsh', () => {
  it('is a script that zsh can read', () => {
    expect(spawnSync('zsh', ['-f', '-n', fileOf('zsh')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

describe('What is completed', () => {
  it('is asked for a shell', async () => {
    expect((await new CommandLine({}).run('completion')).code).toBe(2);
    expect((await new CommandLine({}).run('completion', 'csh')).code).toBe(2);
  });
});
