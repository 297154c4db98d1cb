import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LocalProblem, messageOf } from '../local-problem.js';
import { lastLines, runCommand } from '../run-command.js';
import { serverEnvironment } from './server-environment.js';
import { insideOf, type ServerFolder } from './server-folder.js';

/** The superuser, who makes what the service needs and is used for nothing else. */
export const CLUSTER_OWNER = 'contactstream';

/**
 * Creates an empty cluster and the password to it. Both are made beside their place and moved there whole, so that a
 * start killed half-way leaves nothing that looks like a cluster.
 */
export async function createCluster({
  folder,
  cluster,
  binaries,
  user,
  wayOut,
}: ServerFolder): Promise<void> {
  // An empty folder is one to start in; anything else in the way is somebody's data.
  if (existsSync(folder) && !(statSync(folder).isDirectory() && (await readdir(folder)).length === 0)) {
    throw new LocalProblem(`${cluster} is not a PostgreSQL cluster (no PG_VERSION in it). ${wayOut}`);
  }
  // A name of its own: the `initdb` of a start that was killed may still be writing into another.
  const draft = insideOf(`${folder}.new-${process.pid}`);
  try {
    await removeDrafts(folder);
    await mkdir(draft.folder, { mode: 0o700 });
    await writeFile(draft.passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    await mkdir(draft.cluster, { mode: 0o700 });
    if (user) {
      for (const path of [draft.folder, draft.passwordFile, draft.cluster])
        await chown(path, user.uid, user.gid);
    }
  } catch (cause) {
    throw new LocalProblem(`PostgreSQL's folder ${folder} cannot be created: ${messageOf(cause)}`, { cause });
  }
  const { code, output } = await runCommand(
    binaries.initdb,
    [
      `--pgdata=${draft.cluster}`,
      `--username=${CLUSTER_OWNER}`,
      `--pwfile=${draft.passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Built into PostgreSQL, so that the order of texts is the same on every machine and after every upgrade.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
    ],
    { user, env: serverEnvironment() },
  );
  if (code !== 0)
    throw new LocalProblem(`PostgreSQL could not create its cluster in ${folder}: ${lastLines(output)}`);
  await chmod(draft.passwordFile, 0o600);
  await rename(draft.folder, folder);
}

async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.new-`))
      await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}
