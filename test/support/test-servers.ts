import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../apps/local/src/embedded-postgres.js';
import { findKafkaRuntime } from '../../apps/local/src/kafka/kafka-runtime.js';
import { endLeftoverNode } from '../../apps/local/src/kafka/leftover-node.js';
import { startKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { findPostmaster, isAlive } from '../../apps/local/src/postgres/postmaster.js';
import { createTestRole, dropTestTemplate } from './database.js';

/**
 * The real servers that the suites of one run share, started once however many Jest projects ask for them.
 * Their addresses travel to the test processes in the environment; one that is given from outside is used as it is.
 */
const running: { stop(): Promise<void> }[] = [];
/** The name of a folder of ours begins with it and the id of the process that made it. */
export const TEST_FOLDER_PREFIX = 'contactstream-test-';
let folder: string | undefined;

/**
 * Starts servers side by side. Jest runs no teardown after a setup that failed, so then everything is stopped here.
 * @param starts of the functions below
 */
export async function startTestServers(...starts: (() => Promise<void>)[]): Promise<void> {
  const results = await Promise.allSettled(starts.map((start) => start()));
  const failure = results.find((result) => result.status === 'rejected');
  if (!failure) return;
  await stopTestServers();
  throw failure.reason;
}

/** Sets TEST_DATABASE_URL, which is the superuser's, and what this run calls its migrated database. */
export async function startTestPostgres(): Promise<void> {
  if (!process.env.TEST_DATABASE_URL) await startOwnPostgres();
  await createTestRole();
  const template = `template_${randomBytes(8).toString('hex')}`;
  process.env.TEST_TEMPLATE = template;
  running.push({ stop: () => dropTestTemplate(template) });
}

async function startOwnPostgres(): Promise<void> {
  await removeLeftovers();
  const server = await startEmbeddedPostgres({
    folder: join(runFolder(), 'postgres'),
    durable: false,
    settings: { max_connections: '300' },
  });
  running.push(server);
  process.env.TEST_DATABASE_URL = server.adminUrl;
}

/**
 * Sets TEST_KAFKA_BROKERS. Where this machine can run no Kafka, sets TEST_KAFKA_MISSING to the reason, which skips
 * the suites; with CI=true that is a failure, because there nobody would notice that they are never run.
 */
export async function startTestKafka(): Promise<void> {
  if (process.env.TEST_KAFKA_BROKERS) return;
  const runtime = await findKafkaRuntime();
  if (runtime.kind === 'none') {
    if (process.env.CI === 'true')
      throw new Error(`CI=true, but the Kafka suites cannot be run. ${runtime.reason}`);
    process.env.TEST_KAFKA_MISSING = runtime.reason;
    process.stderr.write(`The Kafka suites are skipped. ${runtime.reason}\n`);
    return;
  }
  const kafka = await startKafka({ dataDir: join(runFolder(), 'kafka') });
  // Its data goes with it, so an orderly end would be time lost.
  running.push({ stop: () => kafka.kill() });
  process.env.TEST_KAFKA_BROKERS = kafka.brokers;
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
  folder = mkdtempSync(join(tmpdir(), `${TEST_FOLDER_PREFIX}${process.pid}-`));
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
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(TEST_FOLDER_PREFIX))) {
    const owner = Number(name.slice(TEST_FOLDER_PREFIX.length).split('-')[0]);
    if (!owner || isAlive(owner)) continue;
    const leftover = join(tmpdir(), name);
    const cluster = join(leftover, 'postgres', 'cluster');
    const postmaster = existsSync(cluster) ? findPostmaster(cluster) : undefined;
    // SIGQUIT is PostgreSQL's immediate shutdown; nobody will need this data.
    if (postmaster) process.kill(postmaster.pid, 'SIGQUIT');
    const kafka = join(leftover, 'kafka');
    const nodes = existsSync(kafka) ? readdirSync(kafka).filter((entry) => entry.startsWith('node-')) : [];
    for (const node of nodes) await endLeftoverNode(join(kafka, node));
    rmSync(leftover, { recursive: true, force: true, maxRetries: 5 });
  }
}
