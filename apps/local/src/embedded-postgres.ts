import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { findFreePort } from './free-port.js';
import { LocalProblem } from './local-problem.js';
import { locatePostgresBinaries, type PostgresBinaries } from './postgres/postgres-binaries.js';
import { findPostmaster } from './postgres/postmaster.js';
import { requireReachable, unprivilegedUser, type SystemUser } from './postgres/unprivileged-user.js';
import { runCommand } from './run-command.js';

export interface EmbeddedPostgresOptions {
  /** The server's own folder (cluster, password, log); created when missing. */
  readonly folder: string;
  /** false trades crash safety for speed: for tests only. */
  readonly durable?: boolean;
  /** More server settings, such as `{ max_connections: '300' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Connection string of the database `contactstream`, its password included. */
  readonly url: string;
  readonly port: number;
  /** Whether it was running already, left behind by a launcher that was killed. */
  readonly adopted: boolean;
  /** Ends open transactions and stops the server; does nothing when it is stopped already. */
  stop(): Promise<void>;
}

const OWNER = 'contactstream';
const DATABASE = 'contactstream';
const FAST_AND_FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts the real PostgreSQL that npm installed, on a free port of 127.0.0.1, or takes over the one that an earlier
 * start left running in the same folder. `pg_ctl` puts the server into a session of its own, so a terminal's Ctrl-C
 * never reaches it: it ends when `stop()` is called, after everything that uses it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const server = await prepare(resolve(options.folder));
  if (!existsSync(join(server.folder, 'cluster', 'PG_VERSION'))) await createCluster(server);

  const password = readPassword(server.folder);
  const running = findPostmaster(join(server.folder, 'cluster'));
  const port = running?.port ?? (await startServer(server, options));
  const url = (database: string): string => `postgresql://${OWNER}:${password}@127.0.0.1:${port}/${database}`;
  try {
    await ensureDatabase(url('postgres'));
  } catch (cause) {
    if (!running) await stopServer(server);
    throw new LocalProblem(
      `PostgreSQL in ${server.folder} runs on port ${port} but cannot be used: ${messageOf(cause)}. Its log: ${logFile(server)}`,
      { cause },
    );
  }
  return { url: url(DATABASE), port, adopted: running !== undefined, stop: () => stopServer(server) };
}

interface Server {
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly user: SystemUser | undefined;
}

async function prepare(wanted: string): Promise<Server> {
  const binaries = await locatePostgresBinaries();
  try {
    await mkdir(dirname(wanted), { recursive: true });
  } catch (cause) {
    throw new LocalProblem(`The data folder ${dirname(wanted)} cannot be created: ${messageOf(cause)}`, {
      cause,
    });
  }
  // The server reports its folder without symbolic links, and it is recognised by that name.
  const folder = join(await realpath(dirname(wanted)), wanted.slice(dirname(wanted).length + 1));
  const user = ownerOf(folder) ?? unprivilegedUser();
  if (user) requireReachable(user, [folder, binaries.postgres]);
  return { folder, binaries, user };
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

/** Made beside its place and moved there whole, so that a start killed half-way leaves nothing that looks like a cluster. */
async function createCluster({ folder, binaries, user }: Server): Promise<void> {
  if (existsSync(folder) && statSync(folder).isDirectory() && existsSync(join(folder, 'cluster'))) {
    throw new LocalProblem(
      `${join(folder, 'cluster')} is not a PostgreSQL cluster (no PG_VERSION in it). ${wayOut(folder)}`,
    );
  }
  const draft = `${folder}.new`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await writeFile(join(draft, 'password'), randomBytes(24).toString('hex'), { mode: 0o600 });
    await mkdir(join(draft, 'cluster'), { mode: 0o700 });
    if (user) {
      for (const path of [draft, join(draft, 'password'), join(draft, 'cluster')])
        await chown(path, user.uid, user.gid);
    }
  } catch (cause) {
    throw new LocalProblem(`PostgreSQL's folder ${folder} cannot be created: ${messageOf(cause)}`, { cause });
  }
  const { code, output } = await runCommand(
    binaries.initdb,
    [
      `--pgdata=${join(draft, 'cluster')}`,
      `--username=${OWNER}`,
      `--pwfile=${join(draft, 'password')}`,
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
  await chmod(join(draft, 'password'), 0o600);
  await rename(draft, folder);
}

async function startServer(server: Server, options: EmbeddedPostgresOptions): Promise<number> {
  const attempts = 3;
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    const logStart = existsSync(logFile(server)) ? statSync(logFile(server)).size : 0;
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ...(options.durable === false && FAST_AND_FORGETFUL),
      ...options.settings,
    };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
    const { code, output } = await runCommand(
      server.binaries.pg_ctl,
      [
        'start',
        `--pgdata=${join(server.folder, 'cluster')}`,
        `--log=${logFile(server)}`,
        `--options=-p ${port} ${flags.join(' ')}`,
        '--wait',
        '--timeout=60',
        '--silent',
      ],
      { user: server.user, env: serverEnvironment() },
    );
    if (code === 0) return port;
    const log = readFrom(logFile(server), logStart) || output;
    if (/could not bind|Address already in use/.test(log) && attempt < attempts) continue;
    throw new LocalProblem(
      `PostgreSQL did not start on ${server.folder}: ${reasonIn(log)} Its log: ${logFile(server)}. If its data are damaged: ${wayOut(server.folder)}`,
    );
  }
}

async function stopServer({ folder, binaries, user }: Server): Promise<void> {
  const cluster = join(folder, 'cluster');
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
    throw new LocalProblem(`PostgreSQL in ${folder} does not stop. Its log: ${logFile({ folder })}`);
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  // A server found half-way through its start or its recovery answers soon.
  const deadline = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
    try {
      await client.connect();
      const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`create database ${DATABASE} template template0`);
      return;
    } catch (error) {
      const cannotConnectNow = '57P03';
      if ((error as { code?: string }).code !== cannotConnectNow || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Nothing of the caller's environment: PGDATA, PGPORT or a locale that is not installed would change what runs. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function logFile({ folder }: Pick<Server, 'folder'>): string {
  return join(folder, 'server.log');
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

function readPassword(folder: string): string {
  try {
    return readFileSync(join(folder, 'password'), 'utf8').trim();
  } catch (cause) {
    throw new LocalProblem(
      `The password of the PostgreSQL in ${folder} cannot be read: ${messageOf(cause)}. ${wayOut(folder)}`,
      { cause },
    );
  }
}

function wayOut(folder: string): string {
  return `Bring ${folder} back from a backup, or move it away to start empty.`;
}

/** The server's own words: the first error of its log, else its last lines. */
function reasonIn(log: string): string {
  const errors = log.split('\n').filter((line) => /(FATAL|PANIC|ERROR|could not|error):? /.test(line));
  const first = errors.find((line) => /FATAL|PANIC/.test(line)) ?? errors[0];
  return first ? `${first.replace(/^.*?(FATAL|PANIC|ERROR): */, '').trim()}.` : lastLines(log);
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
