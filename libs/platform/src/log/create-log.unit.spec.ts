import { spawnSync } from 'node:child_process';

import { describe, expect, it } from '@jest/globals';

/** What a program that logs writes to standard output, which is no terminal. */
function linesOf(statement: string): string[] {
  const program = `import { createLog } from '${import.meta.dirname}/create-log.ts';
    const log = createLog({ LOG_LEVEL: 'info' });
    ${statement}`;
  const { stdout } = spawnSync(
    process.execPath,
    [
      '--experimental-transform-types',
      '--import',
      './test/support/resolve-typescript.mjs',
      '--input-type=module',
      '--eval',
      program,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return stdout.split('\n').slice(0, -1);
}

describe('A line of the log', () => {
  it('is one line of JSON, with its time in UTC', () => {
    const [line = ''] = linesOf(`log.info({ runId: 'r' }, 'said'); log.debug('unsaid');`);
    const { time, ...rest } = JSON.parse(line) as Record<string, string>;
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(rest).toEqual({ level: 'info', runId: 'r', msg: 'said' });
  });

  it.each([
    ['is killed by a signal', `process.kill(process.pid, 'SIGTERM');`],
    ['exits', 'process.exit(1);'],
    ['throws what nobody catches', `throw new Error('uncaught');`],
    [
      'has a rejection that nobody catches',
      `void Promise.reject(new Error('uncaught')); await new Promise(() => {});`,
    ],
  ])('is written however the process ends: one that %s', (_, end) => {
    const lines = linesOf(
      `for (let i = 0; i < 200; i += 1) log.info({ i }, 'said'); log.info('stopped'); ${end}`,
    );
    expect(lines).toHaveLength(201);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ msg: 'stopped' });
  });

  it('holds what others wrote within its line', () => {
    const forged = String.raw`a\n{"level":"info","msg":"forged"}\r\u2028`;
    const lines = linesOf(`log.info({ q: "${forged.replaceAll('"', String.raw`\"`)}" }, 'said');`);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'said', q: expect.stringContaining('forged') });
  });
});
