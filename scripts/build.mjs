import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from './content-hash.mjs';
import { projectNode } from './installation.mjs';
import { Problem } from './problem.mjs';
import { runQuietly, wasStopped } from './programs.mjs';
import { inProject } from './project.mjs';

const STAMP = inProject('dist', '.built-from');
const SOURCES = [
  'apps',
  'libs',
  'tools',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'package-lock.json',
];

/** Whether dist/ was built from these sources. */
export function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources();
}

/** Compiles apps/, libs/ and tools/ into dist/, then makes the service's bundle, the page and the command line. */
export async function build() {
  console.log('Building …');
  const start = Date.now();
  rmSync(STAMP, { force: true });
  const stamp = sources();
  await step('node_modules/typescript-7/bin/tsc', '--project', 'tsconfig.build.json');
  removeOutputsWithoutSource('apps');
  removeOutputsWithoutSource('libs');
  removeOutputsWithoutSource('tools');
  // After the service: the types of its clients are made of what it answers.
  await step('apps/contact-sync/describe-api.mjs');
  await step('apps/contact-sync/bundle.mjs');
  await step('apps/dashboard/build.mjs');
  await step('apps/cli/build.mjs');
  mkdirSync(inProject('dist'), { recursive: true });
  writeFileSync(STAMP, stamp);
  console.log(`Built in ${((Date.now() - start) / 1000).toFixed(1)} s.`);
}

async function step(program, ...args) {
  const { code, output } = await runQuietly(projectNode(), [inProject(program), ...args]);
  if (wasStopped()) throw new Problem('Stopped.', 130);
  if (code !== 0) throw new Problem(`${output.trimEnd()}\nThe build failed, see above; nothing was started.`);
}

function sources() {
  return contentHash(SOURCES, { counts: (path) => !path.endsWith('.spec.ts') });
}

/** The compiler does not remove the output of a deleted source, and a migration found there would still be applied. */
function removeOutputsWithoutSource(folder) {
  const output = inProject('dist', folder);
  if (!existsSync(output)) return;
  for (const entry of readdirSync(output, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeOutputsWithoutSource(path);
    else if (/\.js(\.map)?$/.test(path) && !existsSync(inProject(path.replace(/\.js(\.map)?$/, '.ts'))))
      rmSync(inProject('dist', path));
  }
}
