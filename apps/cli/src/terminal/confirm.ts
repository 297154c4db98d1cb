import { createInterface } from 'node:readline/promises';

import { EXIT } from '../exit-codes.js';
import { Failure, wrongUsage } from '../failures.js';

/**
 * Asks a person to type a word before something is done that cannot be taken back.
 *
 * @param what is about to happen, as a sentence
 * @throws Failure where it is not typed, or where nobody can be asked and --yes is missing
 */
export async function confirm(what: string, word: string, isGiven: boolean): Promise<void> {
  if (isGiven) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw wrongUsage(`${what} Nobody can be asked here: --yes is missing.`, 'Add --yes if that is meant');
  }
  const typed = await ask(`${what}\nType ${word} to go on: `);
  if (typed !== word) throw new Failure('Not confirmed: nothing was done.');
}

async function ask(question: string): Promise<string | null> {
  // On standard error, so that the result can be piped on.
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const given = new AbortController();
  lines.once('SIGINT', () => {
    process.stderr.write('\n');
    process.exit(EXIT.interrupted);
  });
  lines.once('close', () => {
    given.abort();
  });
  try {
    return (await lines.question(question, { signal: given.signal })).trim();
  } catch {
    // Ctrl-D.
    return null;
  } finally {
    lines.close();
  }
}
