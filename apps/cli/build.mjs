import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { build } from 'vite';

/*
 * Builds the command line into dist/apps/cli: one file that runs from there, and beside it what makes the folder a package
 * of its own, for `npm pack ./dist/apps/cli`.
 */
const project = resolve(import.meta.dirname, '../..');
const folder = join(project, 'dist/apps/cli');

const { status } = spawnSync(
  process.execPath,
  [join(project, 'node_modules/typescript-7/bin/tsc'), '--project', import.meta.dirname],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);
await build({ root: import.meta.dirname, logLevel: 'warn' });
chmodSync(join(folder, 'contactstream.js'), 0o755);

const { name, version, license, type, engines } = JSON.parse(
  readFileSync(join(project, 'package.json'), 'utf8'),
);
writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify(
    {
      name,
      version,
      description: 'The command line of contactstream: a client of its REST API.',
      license,
      type,
      engines,
      bin: { contactstream: 'contactstream.js' },
      files: ['contactstream.js', 'licenses.md'],
    },
    null,
    2,
  )}\n`,
);
// Where the image is built there are the sources alone.
for (const [from, to] of [
  ['LICENSE', 'LICENSE'],
  ['docs/command-line.md', 'README.md'],
]) {
  if (existsSync(join(project, from))) copyFileSync(join(project, from), join(folder, to));
}
