import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import { expect, it } from '@jest/globals';

it('every benchmark runs, and gives its rows', async () => {
  const bench = spawn(process.execPath, ['scripts/run.mjs', 'bench', '--smoke'], {
    // Jest's own options are not the program's.
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await text(bench.stdout);
  const missing = said.split('\n').filter((line) => line.startsWith('missing: '));
  expect(missing).toEqual([]);
  expect(said).toContain('Smoke: every benchmark gave its rows.');
}, 600_000);
