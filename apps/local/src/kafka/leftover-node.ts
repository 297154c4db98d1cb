import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalProblem } from '../local-problem.js';
import { runCommand } from '../run-command.js';

/**
 * Ends the server that a killed start left running on this folder: nobody knows its ports any more.
 * The process is ours only if its command line still names the folder, because process ids are used again.
 */
export async function endLeftoverNode(folder: string): Promise<void> {
  const pidFile = join(folder, 'pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const deadline = Date.now() + 20_000;
  for (let asked = false; pid > 0 && (await runsOn(pid, folder)); asked = true) {
    if (!asked) process.kill(pid, 'SIGTERM');
    if (Date.now() > deadline)
      throw new LocalProblem(`A Kafka left running on ${folder} does not stop. End it: kill -9 ${pid}`);
    await delay(100);
  }
  rmSync(pidFile, { force: true });
}

async function runsOn(pid: number, folder: string): Promise<boolean> {
  const { code, output } = await runCommand('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
  return code === 0 && output.includes(join(folder, 'server.properties'));
}
