import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** What a program said, and how it ended. */
export interface EndedProgram {
  readonly code: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Runs a built program of ours to its end, with these variables and none of the caller's but PATH and HOME. */
export function runProgram(
  entry: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<EndedProgram> {
  const file = resolve(entry);
  if (!existsSync(file)) throw new Error(`${file} is missing. Build first: npm run build`);
  const { PATH, HOME } = process.env;
  return new Promise((settle) => {
    const child = execFile(
      process.execPath,
      [file, ...args],
      // A service that should have been refused would go on for ever.
      { env: { PATH, HOME, ...environment }, timeout: 30_000 },
      (_, stdout, stderr) => {
        settle({ code: child.exitCode ?? -1, output: stdout + stderr });
      },
    );
  });
}
