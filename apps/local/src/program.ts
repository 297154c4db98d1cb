import { spawn } from 'node:child_process';
import { LocalProblem } from './local-problem.js';
import { NODE_OPTIONS } from './node-options.js';

export interface ProgramOptions {
  /** As a person would call it: "The service". */
  readonly name: string;
  /** The built file that Node.js runs. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether what it prints is for the person at the terminal; its errors always are. */
  readonly showOutput: boolean;
}

/**
 * One of our own programs as a child. It sends `{ ready: true, url }` over its channel to us once it serves, and stops
 * by itself when that channel closes, so that it does not outlive us, however we end.
 */
export interface Program {
  readonly pid: number | undefined;
  /** Its URL, once it serves; rejects when it ends before. */
  readonly ready: Promise<string>;
  /** Its exit code, once it has ended for whatever reason. */
  readonly ended: Promise<number>;
  /** Ends it in order; by force when it takes longer than it may. */
  stop(): Promise<void>;
  kill(): void;
}

/** The service promises to end within 10 s of a SIGTERM. */
const STOPS_WITHIN_MS = 12_000;

export function startProgram({ name, entry, env, showOutput }: ProgramOptions): Program {
  const child = spawn(process.execPath, [...NODE_OPTIONS, entry], {
    env,
    // Its own process group: a terminal's Ctrl-C reaches the launcher only, which ends its programs in order.
    detached: true,
    stdio: ['ignore', showOutput ? 'inherit' : 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? (signal === 'SIGKILL' ? 137 : 143));
    });
    child.once('error', () => {
      resolve(127);
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.on('message', (message) => {
      const { ready: isReady, url } = message as { ready?: boolean; url?: string };
      if (isReady && url) resolve(url);
    });
    void ended.then((code) => {
      reject(new ProgramEnded(name, code));
    });
  });
  // It may end when nobody waits for it to be ready any more.
  ready.catch(() => undefined);
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  return {
    pid: child.pid,
    ready,
    ended,
    kill,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(kill, STOPS_WITHIN_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A program ended by itself; it has told the reason on its own error output. */
export class ProgramEnded extends LocalProblem {
  constructor(
    readonly program: string,
    readonly exitCode: number,
  ) {
    super(`${program} ended (exit code ${exitCode}), see above.`);
  }
}
