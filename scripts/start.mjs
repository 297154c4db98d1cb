import { projectNode } from './installation.mjs';
import { takeLock } from './lock.mjs';
import { prepare, START_LOCK } from './prepare.mjs';
import { Problem } from './problem.mjs';
import { runInForeground } from './programs.mjs';
import { inProject } from './project.mjs';

/** `npm start`: installs and builds if needed, then everything that it takes to see the service work. */
export async function start(args) {
  const { lock, heldBy } = takeLock(START_LOCK);
  if (!lock) {
    const where = heldBy.url ? `, at ${heldBy.url}` : ', still starting';
    throw new Problem(
      `"npm start" runs in this folder already (process ${heldBy.pid}${where}). Stop that one first, or use a clone of its own.`,
    );
  }
  await prepare();
  return await runInForeground(projectNode(), [inProject('dist/apps/local/src/main.js'), ...args], {
    // The service is configured by them.
    env: process.env,
    onMessage: ({ url }) => {
      if (url) lock.tell({ url });
    },
  });
}
