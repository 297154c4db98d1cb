import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { LocalProblem } from '../local-problem.js';
import { serverEnvironment } from './server-environment.js';

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root. These users exist already; none is created. */
const CANDIDATES = ['postgres', 'nobody'] as const;

/** The user that PostgreSQL has to run as; undefined (our own) unless we are root. */
export function unprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const uid = numericId('-u', name);
    const gid = numericId('-g', name);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { name, uid, gid };
  }
  throw new LocalProblem(
    `PostgreSQL cannot run as root, and this machine has no user named ${CANDIDATES.join(' or ')} to run it as. ` +
      'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/**
 * Fails unless the user can enter every folder above each path.
 * @param paths absolute; a path itself is not looked at, so it need not exist yet
 */
export function requireReachable(user: SystemUser, paths: readonly string[]): void {
  const folders = new Set(paths.flatMap(foldersAbove));
  // Asked as that user, so that access lists and mounts count too, not the mode bits alone.
  const script =
    'for folder do if [ -d "$folder" ] && ! [ -x "$folder" ]; then echo "$folder"; exit 1; fi; done';
  const { status, stdout } = spawnSync('/bin/sh', ['-c', script, 'sh', ...folders], {
    cwd: '/',
    env: serverEnvironment(),
    encoding: 'utf8',
    uid: user.uid,
    gid: user.gid,
  });
  if (status === 0) return;
  const folder = stdout.trim();
  throw new LocalProblem(
    `Started by root, PostgreSQL runs as the user "${user.name}", who cannot enter ${folder}. ` +
      `Start as an ordinary user, or move this project and DATA_DIR to a folder open to all (such as /opt), or: chmod o+x ${folder}`,
  );
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersAbove(parent), parent];
}

function numericId(option: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [option, name], { env: serverEnvironment(), encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : undefined;
}
