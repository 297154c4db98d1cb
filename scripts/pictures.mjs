import { parseArgs } from 'node:util';
import { runJest } from './jest.mjs';
import { prepare } from './prepare.mjs';
import { inProject } from './project.mjs';
import { withoutSecrets } from './without-secrets.mjs';

/**
 * `npm run pictures`: takes a picture of each page and state in every look, into .data/pictures, and compares it with the
 * accepted one; `-- overview account` for some, `-- --accept` makes them the accepted ones.
 */
export async function pictures(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { accept: { type: 'boolean', default: false } },
  });
  await prepare();
  return runJest(
    [
      ...['--selectProjects', 'pictures', '--reporters', 'default'],
      ...(positionals.length > 0 ? ['--testNamePattern', ` (${positionals.join('|')})$`] : []),
      ...['--runTestsByPath', inProject('test/pictures/pictures.spec.ts')],
    ],
    { ...withoutSecrets(), ...(values.accept ? { PICTURES: 'accept' } : {}) },
  );
}
