import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runJest } from './jest.mjs';
import { prepare } from './prepare.mjs';
import { wasStopped } from './programs.mjs';
import { runStaticChecks } from './static-checks.mjs';
import { withoutSecrets } from './without-secrets.mjs';

/** `npm test`: the checks that only read the sources, then every suite. Its last line sums it up, whatever happened. */
export async function test(jestArgs) {
  let result = { code: 1, closingLine: '0 passed, 1 failed, 0 skipped' };
  try {
    await prepare();
    const { passed, failed } = await runStaticChecks();
    if (failed > 0) result = { code: 1, closingLine: `${passed} passed, ${failed} failed, 0 skipped` };
    else if (!wasStopped()) result = await runSuites(jestArgs);
  } catch (error) {
    console.error(error.exitCode ? error.message : error);
  }
  console.log(result.closingLine);
  return result.code;
}

async function runSuites(jestArgs) {
  const folder = mkdtempSync(join(tmpdir(), 'contactstream-closing-line-'));
  const file = join(folder, 'line');
  try {
    const code = await runJest(
      [
        // `npm run nightly` has the time for them. Takes every word up to the next option.
        ...(jestArgs.includes('--selectProjects')
          ? []
          : ['--ignoreProjects', 'brokers', 'nightly', 'pictures']),
        // Suites wait a lot, for servers and other processes: with fewer workers the processors are idle at times.
        `--maxWorkers=${availableParallelism() + 2}`,
        // Modules of suites that are over stay in memory; a worker that holds much begins anew.
        '--workerIdleMemoryLimit=1GB',
        ...jestArgs,
      ],
      { ...withoutSecrets(), CLOSING_LINE_FILE: file },
    );
    // Without the file Jest did not finish: perhaps a server that the suites need could not be started.
    const closingLine = existsSync(file) ? readFileSync(file, 'utf8') : '0 passed, 1 failed, 0 skipped';
    return { code, closingLine };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
