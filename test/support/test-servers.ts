import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../apps/local/src/embedded-postgres.js';
import { findPostmaster, isAlive } from '../../apps/local/src/postgres/postmaster.js';

/**
 * The real servers that the suites of one run share, started once however many Jest projects ask for them.
 * Their addresses travel to the test processes in the environment; one that is given from outside is used as it is.
 */
const running: { stop(): Promise<void> }[] = [];
const FOLDER_PREFIX = 'contactstream-test-';
let folder: string | undefined;

/** Sets TEST_DATABASE_URL. */
export async function startTestPostgres(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  const server = await startEmbeddedPostgres({
    folder: join(runFolder(), 'postgres'),
    durable: false,
    settings: { max_connections: '300' },
  });
  running.push(server);
  process.env.TEST_DATABASE_URL = server.url;
}

/** Stops what this run started, in the reverse order, and removes its data. */
export async function stopTestServers(): Promise<void> {
  for (const server of running.splice(0).reverse()) await server.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

/** The run's own folder under the system's temporary one; its name tells the process it belongs to. */
function runFolder(): string {
  if (folder) return folder;
  removeLeftovers();
  folder = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  // Run by root, PostgreSQL is another user and has to pass through.
  chmodSync(folder, 0o711);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void stopTestServers().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
    });
  }
  return folder;
}

/** A run that was killed could not stop its servers. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER_PREFIX))) {
    const owner = Number(name.slice(FOLDER_PREFIX.length).split('-')[0]);
    if (!owner || isAlive(owner)) continue;
    const leftover = join(tmpdir(), name);
    const cluster = join(leftover, 'postgres', 'cluster');
    const postmaster = existsSync(cluster) ? findPostmaster(cluster) : undefined;
    // SIGQUIT is PostgreSQL's immediate shutdown; nobody will need this data.
    if (postmaster) process.kill(postmaster.pid, 'SIGQUIT');
    rmSync(leftover, { recursive: true, force: true, maxRetries: 5 });
  }
}
