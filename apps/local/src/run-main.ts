import { LocalProblem } from './local-problem.js';

/** Runs a program's main function; what stands in its way is told in one line, and a defect of ours with its stack. */
export async function runMain(main: () => Promise<number>): Promise<never> {
  // The reader of our output may be gone first; we must still end in order.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error instanceof LocalProblem ? error.message : error);
    process.exit(1);
  }
}
