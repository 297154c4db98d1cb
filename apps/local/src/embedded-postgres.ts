import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LocalProblem, messageOf } from './local-problem.js';
import { CLUSTER_OWNER, createCluster } from './postgres/create-cluster.js';
import { ensureDatabase } from './postgres/ensure-database.js';
import { findPostmaster } from './postgres/postmaster.js';
import { openServerFolder, readPassword } from './postgres/server-folder.js';
import { startServer, stopServer } from './postgres/server-process.js';
import { SERVICE_ROLE } from './postgres/service-role.js';

export interface EmbeddedPostgresOptions {
  /** The server's own folder (cluster, password, log); created when missing. */
  readonly folder: string;
  /** false trades crash safety for speed: for tests only. */
  readonly durable?: boolean;
  /** More server settings, such as `{ max_connections: '300' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Connection string of the database `contactstream`, as its owner, whose password is another one at each start. */
  readonly url: string;
  /** The same as the server's superuser, for those who set something up. */
  readonly adminUrl: string;
  readonly port: number;
  /** Whether it was running already, left behind by a launcher that was killed. */
  readonly adopted: boolean;
  /** Ends open transactions and stops the server; does nothing when it is stopped already. */
  stop(): Promise<void>;
}

const DATABASE = 'contactstream';
const FAST_AND_FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts the real PostgreSQL that npm installed, on a free port of 127.0.0.1, or takes over the one that an earlier
 * start left running in the same folder. `pg_ctl` puts the server into a session of its own, so a terminal's Ctrl-C
 * never reaches it: it ends when `stop()` is called, after everything that uses it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const server = await openServerFolder(resolve(options.folder));
  if (!existsSync(join(server.cluster, 'PG_VERSION'))) await createCluster(server);

  const password = readPassword(server);
  const running = findPostmaster(server.cluster);
  const port =
    running?.port ??
    (await startServer(server, {
      ...(options.durable === false && FAST_AND_FORGETFUL),
      ...options.settings,
    }));
  const adminUrl = (database: string): string =>
    `postgresql://${CLUSTER_OWNER}:${password}@127.0.0.1:${port}/${database}`;
  const servicePassword = randomBytes(24).toString('hex');
  try {
    await ensureDatabase(adminUrl, DATABASE, servicePassword);
  } catch (cause) {
    if (!running) await stopServer(server);
    throw new LocalProblem(
      `PostgreSQL in ${server.folder} runs on port ${port} but cannot be used: ${messageOf(cause)}. Its log: ${server.logFile}`,
      { cause },
    );
  }
  return {
    url: `postgresql://${SERVICE_ROLE}:${servicePassword}@127.0.0.1:${port}/${DATABASE}`,
    adminUrl: adminUrl(DATABASE),
    port,
    adopted: running !== undefined,
    stop: () => stopServer(server),
  };
}
