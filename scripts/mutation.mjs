import { projectNode } from './installation.mjs';
import { prepare } from './prepare.mjs';
import { runInForeground } from './programs.mjs';
import { inProject } from './project.mjs';

/** `npm run mutation`: changes the domain in every small way there is, and tells which changes no spec notices. */
export async function mutation(args) {
  await prepare();
  return await runInForeground(
    projectNode(),
    [inProject('node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', ...args],
    { wholeGroup: true },
  );
}
