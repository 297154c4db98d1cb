import { setTimeout as delay } from 'node:timers/promises';
import { build, isBuilt } from './build.mjs';
import { install, isInstalled } from './installation.mjs';
import { lockHolder, takeLock } from './lock.mjs';
import { Problem } from './problem.mjs';
import { inProject } from './project.mjs';

/** Held by `npm start` from its first step to its end: there is one a clone. */
export const START_LOCK = inProject('.data', 'start.lock');
/** Held while one installs or builds; the others wait, and then find it done. */
const PREPARATION_LOCK = inProject('.data', 'preparation.lock');

/** Makes sure that the packages are installed and dist/ is up to date; does nothing when they are. */
export async function prepare() {
  if (isInstalled() && isBuilt()) return;
  const lock = await takePreparationLock();
  try {
    if (!isInstalled()) {
      refuseToPullThePackagesAway();
      await install();
    }
    if (!isBuilt()) await build();
  } finally {
    lock.release();
  }
}

async function takePreparationLock() {
  for (let waiting = false; ; waiting = true) {
    const { lock, heldBy } = takeLock(PREPARATION_LOCK);
    if (lock) return lock;
    if (!waiting) console.log(`Waiting for process ${heldBy.pid}, which is installing or building here …`);
    // A signal ends the process here: no program of ours runs.
    await delay(200);
  }
}

function refuseToPullThePackagesAway() {
  const running = lockHolder(START_LOCK);
  if (running && running.pid !== process.pid) {
    throw new Problem(
      `The packages must be installed anew, but "npm start" (process ${running.pid}) runs on the present ones. Stop it, then try again.`,
    );
  }
}
