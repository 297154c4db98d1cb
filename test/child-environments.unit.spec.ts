import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { secretVariables } from '#platform';

import { startJavaNode } from '../apps/local/src/kafka/java-node.js';
import { runCommand } from '../apps/local/src/run-command.js';

const CANARY = 'canary-of-the-test';
/** Each secret of ours, and the file that may hold it. */
const SECRETS = Object.fromEntries(
  secretVariables.flatMap((name) => [name, `${name}_FILE`]).map((name) => [name, CANARY]),
);

describe('A program that is not the service sees no secret of ours', () => {
  const before = { ...process.env };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contactstream-child-'));
    Object.assign(process.env, SECRETS);
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(folder, { recursive: true });
  });

  it('where the launcher runs a tool', async () => {
    const { output } = await runCommand('env', []);
    expect(output).toContain(`PATH=${process.env.PATH ?? ''}`);
    expect(output).not.toContain(CANARY);
  });

  it('where it starts a Kafka, which finds its Java settings', async () => {
    const seen = join(folder, 'seen');
    const java = join(folder, 'java');
    writeFileSync(java, `#!/bin/sh\nenv >> '${seen}'\n`);
    chmodSync(java, 0o755);
    process.env.PATH = `${folder}:${before.PATH ?? ''}`;
    process.env.JAVA_HOME = '/opt/java';
    const node = { id: 1, port: 1, controllerPort: 2, folder: join(folder, 'node') };

    const running = await startJavaNode(node, {}, { jars: folder, clusterId: 'id', scramUsers: [] });
    await running.ended;

    // It is called to format the storage, and to serve.
    expect(readFileSync(seen, 'utf8').match(/^JAVA_HOME=\/opt\/java$/gm)).toHaveLength(2);
    expect(readFileSync(seen, 'utf8')).not.toContain(CANARY);
  });

  it.each(['runQuietly', 'runInForeground'])(
    'where a script runs npm, a compiler or tests, which keep what is theirs: %s',
    async (how) => {
      const programs = pathToFileURL(resolve('scripts/programs.mjs')).href;
      const script = `
        import { ${how} } from '${programs}';
        const ended = await ${how}(process.execPath, ['-p', 'JSON.stringify(process.env)']);
        if (ended.output) console.log(ended.output);`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, npm_lifecycle_event: '', NPM_TOKEN: 'of npm', HTTPS_PROXY: 'for npm' },
      });
      expect(JSON.parse(stdout)).toMatchObject({ NPM_TOKEN: 'of npm', HTTPS_PROXY: 'for npm' });
      const ofProxies = /^HTTPS?_PROXY/;
      const leaked = Object.entries(JSON.parse(stdout) as Record<string, string>).filter(
        ([name, value]) => value === CANARY && !ofProxies.test(name),
      );
      expect(leaked).toEqual([]);
    },
  );
});
