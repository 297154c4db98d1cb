import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LocalProblem, messageOf } from '../local-problem.js';
import { locatePostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { requireReachable, unprivilegedUser, type SystemUser } from './unprivileged-user.js';

/** Where a server lives, and what it is run with. */
export interface ServerFolder {
  readonly folder: string;
  /** PostgreSQL's own data folder, inside. */
  readonly cluster: string;
  readonly passwordFile: string;
  readonly logFile: string;
  readonly binaries: PostgresBinaries;
  /** Undefined: our own user. */
  readonly user: SystemUser | undefined;
  /** For messages: what to do when the data cannot be used any more. */
  readonly wayOut: string;
}

/** The paths below a server's folder. */
export function insideOf(
  folder: string,
): Pick<ServerFolder, 'folder' | 'cluster' | 'passwordFile' | 'logFile'> {
  return {
    folder,
    cluster: join(folder, 'cluster'),
    passwordFile: join(folder, 'password'),
    logFile: join(folder, 'server.log'),
  };
}

/**
 * Finds out how to run a server in that folder, which need not exist yet.
 * @param wanted absolute
 */
export async function openServerFolder(wanted: string): Promise<ServerFolder> {
  const binaries = await locatePostgresBinaries();
  try {
    await mkdir(dirname(wanted), { recursive: true });
  } catch (cause) {
    throw new LocalProblem(`The data folder ${dirname(wanted)} cannot be created: ${messageOf(cause)}`, {
      cause,
    });
  }
  // The server reports its folder without symbolic links, and it is recognised by that name.
  const folder = join(await realpath(dirname(wanted)), basename(wanted));
  const user = ownerOf(folder) ?? unprivilegedUser();
  if (user) requireReachable(user, [folder, binaries.postgres]);
  const wayOut = `Bring ${folder} back from a backup, or move it away to start empty.`;
  return { ...insideOf(folder), binaries, user, wayOut };
}

/** The password drawn when the cluster was created. */
export function readPassword({ folder, passwordFile, wayOut }: ServerFolder): string {
  try {
    return readFileSync(passwordFile, 'utf8').trim();
  } catch (cause) {
    throw new LocalProblem(
      `The password of the PostgreSQL in ${folder} cannot be read: ${messageOf(cause)}. ${wayOut}`,
      { cause },
    );
  }
}

/** Root runs an existing cluster as the user it belongs to; everybody else can only run their own. */
function ownerOf(folder: string): SystemUser | undefined {
  if (!existsSync(folder)) return undefined;
  const { uid, gid } = statSync(folder);
  const me = process.getuid?.();
  if (me === undefined || me === uid) return undefined;
  if (me === 0) return { name: `uid ${uid}`, uid, gid };
  throw new LocalProblem(
    `${folder} belongs to another user (uid ${uid}; you are ${me}), so PostgreSQL cannot be run on it. ` +
      'Start as that user, or set DATA_DIR to a folder of your own.',
  );
}
