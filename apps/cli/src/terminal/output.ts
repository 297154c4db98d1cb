import { once } from 'node:events';

/** What the program says to whoever started it, or to the next program. */
export interface Output {
  /** The result: to standard output. Waits where the reader is slow. */
  readonly print: (text: string) => Promise<void>;
  /** What goes beside it: to standard error. */
  readonly tell: (line: string) => void;
}

export const output: Output = {
  print: async (text) => {
    if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
  },
  tell: (line) => {
    process.stderr.write(`${line}\n`);
  },
};

/** Whoever read has left (`| head -1`): that is no failure, and there is nobody to tell. */
export function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EOF') process.exit(0);
    throw error;
  });
  // Where nobody hears the failures, there is nothing to do about it.
  process.stderr.on('error', () => undefined);
}
