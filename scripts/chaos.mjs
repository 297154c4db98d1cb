import { projectNode } from './installation.mjs';
import { prepare } from './prepare.mjs';
import { runInForeground } from './programs.mjs';
import { inProject } from './project.mjs';

/** `npm run chaos`: the fault harness. `npm run chaos -- --kills 5 --contacts 2000 --seed 7` for less, or again. */
export async function chaos(args) {
  await prepare();
  return await runInForeground(
    projectNode(),
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      inProject('test/support/resolve-typescript.mjs'),
      inProject('chaos/main.ts'),
      ...args,
    ],
    { wholeGroup: true },
  );
}
