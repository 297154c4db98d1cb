import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { type Readable } from 'node:stream';

import { waitFor } from '../support/wait-for.js';

const PROGRAM = resolve('dist/apps/cli/contactstream.js');

/** What a command said, and how it ended. */
export interface EndedCommand {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command that goes on. */
export interface RunningCommand {
  out(): string;
  err(): string;
  /** Waits until standard output has a text. */
  says(text: string): Promise<void>;
  /** Waits until standard error has a text. */
  tells(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Reads no more, as `head` does once it has its lines. */
  closeOutput(): void;
  readonly ended: Promise<EndedCommand>;
}

/** The built command line as a process of its own, off a terminal. */
export class CommandLine {
  /** @param variables of its environment, beside PATH and HOME */
  constructor(private readonly variables: Readonly<Record<string, string>>) {}

  run(...args: readonly string[]): Promise<EndedCommand> {
    return this.start(...args).ended;
  }

  /** What REST answered, as the command printed it. */
  async json(...args: readonly string[]): Promise<string> {
    const { out } = await this.run(...args, '--json');
    return out;
  }

  start(...args: readonly string[]): RunningCommand {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing. Build first: npm run build`);
    const { PATH, HOME } = process.env;
    const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, [PROGRAM, ...args], {
      // Away from the developer's own .env.
      cwd: tmpdir(),
      env: { PATH, HOME, ...this.variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const has = (text: () => string, part: string) =>
      waitFor(() => text().includes(part), { what: `"${part}" among ${args.join(' ')}` });
    return {
      out: () => out,
      err: () => err,
      says: async (text) => {
        await has(() => out, text);
      },
      tells: async (text) => {
        await has(() => err, text);
      },
      signal: (signal) => {
        child.kill(signal);
      },
      closeOutput: () => {
        child.stdout.destroy();
      },
      ended: new Promise((settle) => {
        child.once('close', (code, signal) => {
          settle({ code: code ?? -1, out, err: signal === null ? err : `${err}${signal}` });
        });
      }),
    };
  }
}
