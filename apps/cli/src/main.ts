import { CommanderError } from 'commander';

import { EXIT } from './exit-codes.js';
import { Failure } from './failures.js';
import { programOf } from './program.js';
import { endQuietlyWithReader, output } from './terminal/output.js';
import { safeText } from './terminal/safe-text.js';

declare const VERSION: string;

endQuietlyWithReader();
const program = programOf(VERSION);
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await exitCodeFor(error);
}

async function exitCodeFor(error: unknown): Promise<number> {
  // Commander has told already. Help and version end well.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (!(error instanceof Failure)) {
    // A defect of ours.
    output.tell(`contactstream: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return EXIT.failed;
  }
  const { answer, message, code, next, exitCode } = error;
  if (answer !== null && program.opts<{ json?: boolean }>().json === true) await output.print(`${answer}\n`);
  output.tell(`contactstream: ${safeText(message)}`);
  if (code !== null) output.tell(`  code: ${code}`);
  if (next !== null) output.tell(`  next: ${next}`);
  return exitCode;
}
