import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The service as it was, built. */
export interface OlderVersion {
  /** Of its project. */
  readonly root: string;
  remove(): void;
}

/** Builds the service of an earlier commit, with the packages of today. It needs the history, which a shallow clone lacks. */
export function buildOlderVersion(commit: string): OlderVersion {
  const root = mkdtempSync(join(tmpdir(), 'contactstream-older-'));
  const archive = join(root, 'sources.tar');
  execFileSync('git', ['archive', `--output=${archive}`, commit]);
  execFileSync('tar', ['--extract', '--file', archive, '--directory', root]);
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const compiler = resolve('node_modules/typescript-7/bin/tsc');
  execFileSync(process.execPath, [compiler, '--project', 'tsconfig.build.json'], { cwd: root });
  return {
    root,
    remove: () => {
      rmSync(root, { recursive: true });
    },
  };
}
