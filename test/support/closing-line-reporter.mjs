import { writeFileSync } from 'node:fs';

/**
 * Sums a run up in one line, `N passed, N failed, N skipped`. A suite that could not be run has no tests to count,
 * so it counts as one failure itself.
 *
 * `npm test` prints the line, after everything that still comes once the suites are through; it names the file that
 * it wants it in. Called directly, Jest prints it here.
 */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`;
    const file = process.env.CLOSING_LINE_FILE;
    if (file) writeFileSync(file, line);
    else process.stdout.write(`${line}\n`);
  }
}
