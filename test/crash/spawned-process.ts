import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { NODE_OPTIONS } from '../../apps/local/src/node-options.js';
import { type Call, callsTo } from '../support/call.js';

/** The service as the compiler wrote it. */
const COMPILED = 'dist/apps/contact-sync/src/main.js';

/** A program of ours as a process of its own, from the built code, as it runs in production. */
export interface SpawnedProcess {
  readonly pid: number;
  readonly url: string;
  readonly call: Call;
  /** Everything that it said so far, in lines of JSON. */
  output(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  signal(signal: NodeJS.Signals): void;
}

/**
 * @param within a program that runs the rest of its command line in place of itself
 * @param root of the project that it is built from; left out: of this one
 */
export function spawnService(
  environment: Readonly<Record<string, string>>,
  within: readonly string[] = [],
  root = '.',
): Promise<SpawnedProcess> {
  const bundled = join(root, 'dist/service/main.js');
  // An older version has no bundle.
  const entry = existsSync(bundled) ? bundled : join(root, COMPILED);
  return spawnProgram(entry, environment, within);
}

/** The same from what the compiler wrote, of which a profile can tell each file. */
export function spawnCompiledService(environment: Readonly<Record<string, string>>): Promise<SpawnedProcess> {
  return spawnProgram(COMPILED, environment);
}

export function spawnSimulator(environment: Readonly<Record<string, string>>): Promise<SpawnedProcess> {
  return spawnProgram('dist/apps/people-simulator/src/main.js', { SIMULATOR_PORT: '0', ...environment });
}

/** It ends when we do: a channel between us closes then. */
async function spawnProgram(
  entry: string,
  environment: Readonly<Record<string, string>>,
  within: readonly string[] = [],
): Promise<SpawnedProcess> {
  const file = resolve(entry);
  if (!existsSync(file)) throw new Error(`${file} is missing. Build first: npm run build`);
  const { PATH, HOME } = process.env;
  const command = [...within, process.execPath, ...NODE_OPTIONS, file];
  const child = spawn(command[0] ?? '', command.slice(1), {
    // Nothing else of ours: a DATABASE_URL of the developer's would change what is written to.
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = new Promise<number | NodeJS.Signals>((settle) => {
    child.once('exit', (code, signal) => {
      settle(signal ?? code ?? -1);
    });
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const url = await readiness(child, entry, () => output);
  return {
    pid: child.pid ?? 0,
    url,
    call: callsTo(url),
    output: () => output,
    ended,
    signal: (signal) => {
      child.kill(signal);
    },
  };
}

function readiness(child: ChildProcess, entry: string, output: () => string): Promise<string> {
  return new Promise((settle, fail) => {
    child.once('message', (message) => {
      settle((message as { url: string }).url);
    });
    child.once('close', (code) => {
      fail(new Error(`${entry} ended (exit code ${String(code)}) before it was ready:\n${output()}`));
    });
  });
}
