import { spawn } from 'node:child_process';
import { toolEnvironment } from './child-environment.js';
import { type SystemUser } from './postgres/unprivileged-user.js';

export interface CommandResult {
  readonly code: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

export interface CommandOptions {
  /** Run as this user; only root may ask for it. */
  readonly user?: SystemUser | undefined;
  /** That of {@link toolEnvironment} unless told. */
  readonly env?: NodeJS.ProcessEnv;
  /** The folder it runs in; the root folder unless told, which every user can enter. */
  readonly cwd?: string;
}

/** Runs a program to its end, without a shell and without input. Rejects only when it cannot be started. */
export async function runCommand(
  program: string,
  args: readonly string[],
  { user, env = toolEnvironment(), cwd = '/' }: CommandOptions = {},
): Promise<CommandResult> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own process group: a terminal's Ctrl-C must not kill a half-done `initdb` or `pg_ctl stop`.
      detached: true,
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    // 'exit', not 'close': a daemon that the program leaves behind may keep the pipes open.
    child.once('exit', (code, signal) => {
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output });
      });
    });
  });
}

/** What a program said last, on one line, for a message of ours. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ');
}
