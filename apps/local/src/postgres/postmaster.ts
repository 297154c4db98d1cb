import { existsSync, readlinkSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A PostgreSQL server process, as its own lock file tells. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const lockFile = (cluster: string): string => join(cluster, 'postmaster.pid');

/**
 * The server that runs on this cluster, if one does. A lock file left by a power cut is removed when its process id
 * now belongs to something else, because PostgreSQL itself would refuse to start beside it.
 */
export function findPostmaster(cluster: string): Postmaster | undefined {
  if (!existsSync(lockFile(cluster))) return undefined;
  const [pid, , , port] = readFileSync(lockFile(cluster), 'utf8').split('\n').map(Number);
  if (pid !== undefined && port !== undefined && runsOn(pid, cluster)) return { pid, port };
  rmSync(lockFile(cluster), { force: true });
  return undefined;
}

function runsOn(pid: number, cluster: string): boolean {
  if (pid <= 0 || !isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    // A server's working folder is its cluster.
    return readlinkSync(`/proc/${pid}/cwd`) === cluster;
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
