import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort } from '../../apps/local/src/free-port.js';
import { unprivilegedUser } from '../../apps/local/src/postgres/unprivileged-user.js';
import { describeUnless } from './kafka.js';
import { waitFor } from './wait-for.js';

/** Debian has it where the PATH of ordinary users does not lead. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin`;

const hasPgBouncer = spawnSync('pgbouncer', ['--version'], { env: { PATH } }).status === 0;

/** `describe` for suites on a real PgBouncer; with CI=true it must be there. */
export const describePgBouncer = ((): ReturnType<typeof describeUnless> => {
  if (!hasPgBouncer && process.env.CI === 'true') {
    throw new Error(
      'CI=true, but pgbouncer is missing, and its suites would not be run. apt-get install pgbouncer',
    );
  }
  return describeUnless(hasPgBouncer ? null : 'pgbouncer is not installed');
})();

/** A real PgBouncer before one database. */
export interface PgBouncer {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param settings of pgbouncer.ini, beside where it listens and who may enter */
export async function startPgBouncer(
  database: { readonly url: string },
  settings: Readonly<Record<string, string>> = {},
): Promise<PgBouncer> {
  const { hostname, port: databasePort, username, password, pathname } = new URL(database.url);
  const name = pathname.slice(1);
  const port = await findFreePort();
  const folder = await mkdtemp(join(tmpdir(), 'contactstream-pgbouncer-'));
  // Run by root, it is another user.
  chmodSync(folder, 0o755);
  const lines = Object.entries({
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    ...settings,
  }).map(([key, value]) => `${key} = ${value}`);
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    [
      '[databases]',
      `${name} = host=${hostname} port=${databasePort} dbname=${name} user=${username} password=${password}`,
      '[pgbouncer]',
      ...lines,
      '',
    ].join('\n'),
  );
  const user = unprivilegedUser();
  const child = spawn('pgbouncer', ['--quiet', file], {
    env: { PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  await waitFor(() => accepts(port, child), { what: 'PgBouncer to listen' }).catch((error: unknown) => {
    throw new Error(`PgBouncer did not start: ${words}`, { cause: error });
  });
  return {
    url: `postgres://${username}@127.0.0.1:${port}/${name}`,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) {
        child.kill('SIGQUIT');
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function accepts(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}
