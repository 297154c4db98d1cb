import { projectNode } from './installation.mjs';
import { prepare } from './prepare.mjs';
import { runInForeground } from './programs.mjs';
import { inProject } from './project.mjs';

/** `npm run bench`: the benchmarks; `npm run bench -- full --sizes 10k` for some, `-- --smoke` for all of them, small. */
export async function bench(args) {
  await prepare();
  return await runInForeground(
    projectNode(),
    [
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=TimeoutNegativeWarning',
      // Its classes declare their fields in their constructors, which erasing types alone does not do.
      '--experimental-transform-types',
      '--import',
      inProject('test/support/resolve-typescript.mjs'),
      inProject('bench/main.ts'),
      ...args,
    ],
    { wholeGroup: true },
  );
}
