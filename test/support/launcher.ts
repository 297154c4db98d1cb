import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lockHolder } from '#scripts/lock.mjs';
import { processIdentity } from '#scripts/process-identity.mjs';
import { findFreePort } from '../../apps/local/src/free-port.js';
import { findPostmaster } from '../../apps/local/src/postgres/postmaster.js';
import { waitFor } from './wait-for.js';

const LAUNCHER = resolve('dist/apps/local/src/main.js');

/** One start of the launcher behind `npm start`, from the built code. */
export interface LaunchedProcess {
  readonly pid: number;
  /** Everything that was printed so far. */
  output(): string;
  /** Its service's URL, once everything is up. */
  readonly ready: Promise<string>;
  /** Its exit code. */
  readonly ended: Promise<number>;
  signal(signal: NodeJS.Signals): void;
}

/** A place for launchers: a folder and a port of their own. */
export interface LaunchPad {
  readonly dataDir: string;
  readonly port: number;
  launch(env?: NodeJS.ProcessEnv): LaunchedProcess;
  /** The processes that the launcher which runs now has started: PostgreSQL, the simulator, the service. */
  startedPrograms(): StartedProgram[];
  /** Ends whatever is left, and removes the folder. */
  clear(): Promise<void>;
}

export interface StartedProgram {
  readonly pid: number;
  isRunning(): boolean;
}

export async function makeLaunchPad(): Promise<LaunchPad> {
  if (!existsSync(LAUNCHER)) throw new Error(`${LAUNCHER} is missing. Build first: npm run build`);
  const folder = mkdtempSync(join(tmpdir(), 'contactstream-launcher-'));
  // Run by root, PostgreSQL is another user and has to pass through.
  chmodSync(folder, 0o755);
  const dataDir = join(folder, 'data');
  const port = await findFreePort();
  const launched: LaunchedProcess[] = [];
  return {
    dataDir,
    port,
    launch: (env = {}) => {
      const process_ = launch({ DATA_DIR: dataDir, PORT: String(port), ...env }, folder);
      launched.push(process_);
      return process_;
    },
    startedPrograms: () => [...programsOf(dataDir), ...postmasterOf(dataDir)].map(startedProgram),
    clear: async () => {
      for (const process_ of launched) process_.signal('SIGTERM');
      await Promise.all(launched.map(({ ended }) => ended));
      // Only a failed test leaves one.
      for (const pid of postmasterOf(dataDir)) process.kill(pid, 'SIGQUIT');
      await waitFor(() => postmasterOf(dataDir).length === 0, { what: 'the end of PostgreSQL' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function launch(env: NodeJS.ProcessEnv, cwd: string): LaunchedProcess {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [LAUNCHER], {
    cwd,
    // Nothing else of ours: a DATABASE_URL of the developer's would change what is started.
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ready: readiness(child, () => output),
    // 'close': once all that it printed has arrived too.
    ended: new Promise((settle) => {
      child.once('close', (code) => {
        settle(code ?? -1);
      });
    }),
    signal: (signal) => {
      child.kill(signal);
    },
  };
}

function readiness(child: ChildProcess, output: () => string): Promise<string> {
  const ready = new Promise<string>((settle, fail) => {
    child.on('message', (message) => {
      settle((message as { url: string }).url);
    });
    child.once('close', (code) => {
      fail(new Error(`The launcher ended (exit code ${String(code)}) before it was ready:\n${output()}`));
    });
  });
  // Many tests want it to end before it is ready.
  ready.catch(() => undefined);
  return ready;
}

function programsOf(dataDir: string): number[] {
  const holder = lockHolder(join(dataDir, 'lock'));
  return ((holder?.programs ?? []) as { pid: number }[]).map(({ pid }) => pid);
}

function postmasterOf(dataDir: string): number[] {
  const cluster = join(dataDir, 'postgres', 'cluster');
  const postmaster = existsSync(join(cluster, 'postmaster.pid')) ? findPostmaster(cluster) : undefined;
  return postmaster ? [postmaster.pid] : [];
}

function startedProgram(pid: number): StartedProgram {
  const identity = processIdentity(pid);
  return { pid, isRunning: () => identity !== undefined && processIdentity(pid) === identity };
}
