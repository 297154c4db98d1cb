import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { findFreePort } from '../free-port.js';
import { LocalProblem } from '../local-problem.js';
import { lastLines, runCommand } from '../run-command.js';
import { findPostmaster } from './postmaster.js';
import { serverEnvironment } from './server-environment.js';
import { type ServerFolder } from './server-folder.js';

/**
 * Starts the server on a free port.
 * @param more settings of PostgreSQL's own
 * @returns the port
 */
export async function startServer(
  server: ServerFolder,
  more: Readonly<Record<string, string>>,
): Promise<number> {
  const attempts = 3;
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    const logStart = existsSync(server.logFile) ? statSync(server.logFile).size : 0;
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...more };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
    const { code, output } = await runCommand(
      server.binaries.pg_ctl,
      [
        'start',
        `--pgdata=${server.cluster}`,
        `--log=${server.logFile}`,
        `--options=-p ${port} ${flags.join(' ')}`,
        '--wait',
        '--timeout=60',
        '--silent',
      ],
      { user: server.user, env: serverEnvironment() },
    );
    if (code === 0) return port;
    const log = readFrom(server.logFile, logStart) || output;
    if (/could not bind|Address already in use/.test(log) && attempt < attempts) continue;
    throw new LocalProblem(
      `PostgreSQL did not start on ${server.folder}: ${reasonIn(log)} Its log: ${server.logFile}. If its data are damaged: ${server.wayOut}`,
    );
  }
}

/** Stops the server in order, by force when it does not; does nothing when none runs. */
export async function stopServer({ folder, cluster, logFile, binaries, user }: ServerFolder): Promise<void> {
  for (const mode of ['fast', 'immediate']) {
    if (!findPostmaster(cluster)) return;
    const { code } = await runCommand(
      binaries.pg_ctl,
      ['stop', `--pgdata=${cluster}`, `--mode=${mode}`, '--wait', '--timeout=20', '--silent'],
      { user, env: serverEnvironment() },
    );
    if (code === 0) return;
  }
  if (findPostmaster(cluster))
    throw new LocalProblem(`PostgreSQL in ${folder} does not stop. Its log: ${logFile}`);
}

function readFrom(path: string, start: number): string {
  if (!existsSync(path)) return '';
  const length = Math.max(0, statSync(path).size - start);
  const buffer = Buffer.alloc(length);
  const file = openSync(path, 'r');
  readSync(file, buffer, 0, length, start);
  closeSync(file);
  return buffer.toString();
}

/** The server's own words: the first error of its log, else its last lines. */
function reasonIn(log: string): string {
  const errors = log.split('\n').filter((line) => /(FATAL|PANIC|ERROR|could not|error):? /.test(line));
  const first = errors.find((line) => /FATAL|PANIC/.test(line)) ?? errors[0];
  return first ? `${first.replace(/^.*?(FATAL|PANIC|ERROR): */, '').trim()}.` : lastLines(log);
}
