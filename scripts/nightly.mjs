import { chaos } from './chaos.mjs';
import { runJest } from './jest.mjs';
import { prepare } from './prepare.mjs';
import { wasStopped } from './programs.mjs';
import { verify } from './verify.mjs';
import { withoutSecrets } from './without-secrets.mjs';

/**
 * `npm run nightly`: what `npm test` has no time for. One part that fails keeps none of the others from being run.
 * @returns the exit code of the last part that failed
 */
export async function nightly() {
  await prepare();
  const suites = () => runJest(['--reporters', 'default', '--selectProjects', 'nightly', 'pictures']);
  const exports = () =>
    runJest(['--reporters', 'default', '--selectProjects', 'unit', '--', 'libs/contact-export'], {
      ...withoutSecrets(),
      EXPORTED_CONTACTS: '10000',
    });
  let result = 0;
  for (const part of [suites, exports, () => verify([]), () => chaos([])]) {
    const code = await part();
    if (code !== 0) result = code;
    if (wasStopped()) break;
  }
  return result;
}
