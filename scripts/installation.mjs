import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { contentHash } from './content-hash.mjs';
import { runNpm } from './npm.mjs';
import { Problem } from './problem.mjs';
import { wasStopped } from './programs.mjs';
import { inProject } from './project.mjs';
import { withoutSecrets } from './without-secrets.mjs';

const STAMP = inProject('node_modules', '.installed-for');

/** Whether node_modules holds exactly what package.json and its lock ask for on this platform. */
export function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted();
}

/** Installs what the lock file says, dropping whatever was there. */
export async function install() {
  console.log('Installing packages (once; about a minute) …');
  const start = Date.now();
  rmSync(STAMP, { force: true });
  const stamp = wanted();
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--prefer-offline'];
  const { code, output } = await runNpm(args);
  if (wasStopped()) throw new Problem('Stopped.', 130);
  if (code !== 0) {
    throw new Problem(
      `${output.trimEnd()}\nnpm ci failed (exit code ${code}), see above; nothing was started. Try again once its cause is gone.`,
    );
  }
  writeFileSync(STAMP, stamp);
  console.log(`Installed in ${Math.round((Date.now() - start) / 1000)} s.`);
}

/** The Node.js 24 that was installed with the packages: everything but these scripts runs on it. */
export function projectNode() {
  const platform = `${process.platform}-${process.arch}`;
  const node = inProject('node_modules', `node-${platform}`, 'bin', 'node');
  if (spawnSync(node, ['--version'], { env: withoutSecrets() }).status === 0) return node;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Problem(
    `This project needs Node.js 24. It brings its own for Linux and macOS, but that one does not run here (${platform}), ` +
      `and you are on ${process.version}. Install Node.js 24 or newer and try again.`,
  );
}

/** Of package.json only what decides what is installed: a changed script is no reason to install again. */
function wanted() {
  const { dependencies, optionalDependencies, devDependencies, overrides, allowScripts } = JSON.parse(
    readFileSync(inProject('package.json'), 'utf8'),
  );
  const chosen = { dependencies, optionalDependencies, devDependencies, overrides, allowScripts };
  return contentHash(['package-lock.json'], {
    more: `${process.platform} ${process.arch} ${JSON.stringify(chosen)}`,
  });
}
