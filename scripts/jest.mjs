import { projectNode } from './installation.mjs';
import { runInForeground } from './programs.mjs';
import { inProject } from './project.mjs';
import { withoutSecrets } from './without-secrets.mjs';

/**
 * Runs Jest with this terminal's output. It runs ES modules through Node's vm modules, which Node calls experimental at
 * each start; the Kafka client arms timers in the past, of which Node warns, too.
 * @returns {Promise<number>} its exit code
 */
export function runJest(args, env = withoutSecrets()) {
  return runInForeground(
    projectNode(),
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=TimeoutNegativeWarning',
      inProject('node_modules/jest/bin/jest.js'),
      ...args,
    ],
    { env, wholeGroup: true },
  );
}
