import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../..');
const COMMAND = [
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  '--import',
  join(ROOT, 'test/support/resolve-typescript.mjs'),
  join(import.meta.dirname, 'main.ts'),
];

describe('the simulator as a process', () => {
  let dataDir: string;
  let children: ChildProcess[];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'people-simulator-process-'));
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  function run(environment: Record<string, string> = {}): { child: ChildProcess; output: () => string } {
    const child = spawn(process.execPath, COMMAND, {
      env: {
        ...process.env,
        SIMULATOR_DATA_DIR: dataDir,
        SIMULATOR_PORT: '0',
        SIMULATOR_PERSONS: '10',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    children.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { child, output: () => text };
  }

  async function ready(environment?: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
    const { child } = run(environment);
    const [message] = (await once(child, 'message')) as [{ ready: boolean; url: string }];
    expect(message.ready).toBe(true);
    return { child, url: message.url };
  }

  async function exitOf(child: ChildProcess): Promise<number | string | null> {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return code ?? signal;
  }

  test('what was answered is there after SIGKILL', async () => {
    const first = await ready();
    const names: string[] = [];
    for (let person = 0; person < 20; person++) {
      const body = JSON.stringify({ names: [`Person ${String(person)}`] });
      const response = await fetch(`${first.url}/control/persons`, { method: 'POST', body });
      names.push(((await response.json()) as { resourceName: string }).resourceName);
    }
    const exited = exitOf(first.child);
    first.child.kill('SIGKILL');
    expect(await exited).toBe('SIGKILL');

    const second = await ready();
    const { items } = (await (await fetch(`${second.url}/control/persons`)).json()) as {
      items: { resourceName: string }[];
    };
    expect(items.slice(10).map((person) => person.resourceName)).toEqual(names);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it cleanly and soon', async (signal) => {
    const { child, url } = await ready();
    await fetch(`${url}/control/accounts`);
    const begun = performance.now();
    const exited = exitOf(child);
    child.kill(signal);
    expect(await exited).toBe(0);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  test('it ends when its parent goes', async () => {
    const { child } = await ready();
    const exited = exitOf(child);
    child.disconnect();
    expect(await exited).toBe(0);
  });

  test('a taken port, an unusable folder and a bad setting are one line each, and no zero', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    const cases = [
      [{ SIMULATOR_PORT: String(port) }, 1, `port ${String(port)} on 127.0.0.1 is taken`],
      [{ SIMULATOR_DATA_DIR: join(file, 'below') }, 1, 'cannot use the data folder'],
      [{ SIMULATOR_CHURN_INTERVAL: 'often' }, 78, 'SIMULATOR_CHURN_INTERVAL is "often"'],
      [{ SIMULATOR_CLIENT_ID: 'a', SIMULATOR_REDIRECT_URIS: 'nowhere' }, 78, 'REDIRECT_URIS holds "nowhere"'],
      [{ GOOGLE_CLIENT_ID: '1.apps.googleusercontent.com' }, 78, 'GOOGLE_CLIENT_ID is set'],
    ] as const;
    for (const [environment, code, message] of cases) {
      const { child, output } = run(environment);
      expect(await exitOf(child)).toBe(code);
      expect(output().trim().split('\n')).toEqual([expect.stringContaining(message)]);
    }
    blocker.close();
  });
});
