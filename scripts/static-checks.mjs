import { availableParallelism } from 'node:os';
import { projectNode } from './installation.mjs';
import { runQuietly, wasStopped } from './programs.mjs';
import { inProject } from './project.mjs';
import { withoutSecrets } from './without-secrets.mjs';

/** Longest first, so that the short ones fill the gaps. */
const CHECKS = [
  { name: 'lint and types', program: 'oxlint/bin/oxlint', args: ['.'] },
  {
    name: 'dependency rules',
    program: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'tools', 'test', 'examples'],
  },
  { name: 'unused code', program: 'knip/bin/knip.js', args: [] },
  { name: 'format', program: 'oxfmt/bin/oxfmt', args: ['--check', '.'] },
];

/** Runs the checks side by side, prints a line for each, and the output of those that fail. */
export async function runStaticChecks() {
  const node = projectNode();
  const waiting = [...CHECKS];
  let passed = 0;
  let failed = 0;
  const worker = async () => {
    for (let check = waiting.shift(); check && !wasStopped(); check = waiting.shift()) {
      const start = Date.now();
      const env = process.stdout.isTTY ? { ...withoutSecrets(), FORCE_COLOR: '1' } : withoutSecrets();
      const { code, output } = await runQuietly(
        node,
        [inProject('node_modules', check.program), ...check.args],
        { env },
      );
      if (wasStopped()) return;
      const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(5);
      console.log(`${check.name.padEnd(16)} ${seconds} s${code === 0 ? '' : '  FAILED'}`);
      if (code === 0) passed++;
      else {
        failed++;
        console.log(output.trimEnd());
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
  return { passed, failed };
}
