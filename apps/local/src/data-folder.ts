import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { takeLock, type HeldLock, type LockHolder } from '#scripts/lock.mjs';
import { processIdentity } from '#scripts/process-identity.mjs';
import { LocalProblem } from './local-problem.js';

/** What a lock tells about the programs that its holder started. */
interface LockedProgram {
  readonly pid: number;
  readonly identity: string | undefined;
}

/**
 * Makes sure that the folder exists, can be written, and is used by us alone.
 * @param who what the user started, for the message to a second one: `"npm start"`
 */
export async function claimDataFolder(folder: string, who: string): Promise<HeldLock> {
  requireWritable(folder);
  const { lock, leftBy, heldBy } = takeLock(join(folder, 'lock'), { who });
  if (heldBy) {
    const where = typeof heldBy.url === 'string' ? `, at ${heldBy.url}` : '';
    throw new LocalProblem(
      `${String(heldBy.who)} (process ${heldBy.pid}${where}) uses the data folder ${folder} already. Stop it first, or set DATA_DIR to another folder.`,
    );
  }
  if (leftBy) await awaitEndOfPrograms(leftBy);
  return lock;
}

/** What the lock keeps, so that after a launcher was killed the next start knows which of its programs still end. */
export function lockedPrograms(pids: readonly (number | undefined)[]): { programs: LockedProgram[] } {
  return {
    programs: pids.flatMap((pid) => (pid === undefined ? [] : [{ pid, identity: processIdentity(pid) }])),
  };
}

function requireWritable(folder: string): void {
  try {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'EEXIST' || code === 'ENOTDIR'
        ? 'there is a file of that name in the way'
        : code === 'EACCES' || code === 'EROFS'
          ? 'you may not write there'
          : message;
    throw new LocalProblem(
      `The data folder ${folder} cannot be used: ${reason}. Make room for it, or set DATA_DIR to another folder.`,
      { cause },
    );
  }
}

/** Programs of a killed launcher finish their work and end by themselves; until then they hold their ports. */
async function awaitEndOfPrograms(leftBy: LockHolder): Promise<void> {
  const programs = (leftBy.programs ?? []) as readonly LockedProgram[];
  const deadline = Date.now() + 15_000;
  for (const { pid, identity } of programs) {
    while (identity !== undefined && processIdentity(pid) === identity) {
      if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
      await delay(50);
    }
  }
}
