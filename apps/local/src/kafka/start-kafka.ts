import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort, isPortFree } from '../free-port.js';
import { LocalProblem } from '../local-problem.js';
import { startDockerNode } from './docker-node.js';
import { endLeftoverNode } from './leftover-node.js';
import { startJavaNode, tailOfLog, type RunningNode } from './java-node.js';
import { kafkaJars } from './kafka-jars.js';
import { type KafkaNode, type KafkaProperties, type ScramUser } from './kafka-node.js';
import { findKafkaRuntime } from './kafka-runtime.js';
import { answersMetadata } from './metadata-request.js';
import { nodeProperties } from './node-properties.js';

export interface KafkaOptions {
  /** Where the cluster keeps its data from one start to the next; created when missing. */
  readonly dataDir: string;
  /** The first broker's port; a free one unless told. */
  readonly port?: number;
  /** How many servers make the cluster; 1 unless told. */
  readonly nodes?: number;
  /** More server properties of each node, such as `{ 'message.max.bytes': '1048576' }`; they win over the built-in ones. */
  readonly properties?: (node: KafkaNode) => KafkaProperties;
  /** Users that the cluster knows from its first start on (needs Java). */
  readonly scramUsers?: readonly ScramUser[];
  /** Ends a start that is going on: it fails, and nothing is left running. */
  readonly signal?: AbortSignal;
}

/** One server of a running cluster. */
export interface LocalBroker {
  readonly id: number;
  /** As a power cut would end it. */
  kill(): Promise<void>;
  /** Starts it again on its ports and data; it may answer only later. */
  start(): Promise<void>;
}

export interface LocalKafka {
  /** Comma list of host:port. */
  readonly brokers: string;
  readonly nodes: readonly LocalBroker[];
  /** Settles when a server ended without being told to; with the end of its log. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
  /** Ends it as a power cut would: at once, without any cleaning up. */
  kill(): Promise<void>;
}

const STARTED_WITHIN_MS = 60_000;

/** Starts a real Kafka, and returns once it answers. */
export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const runtime = await findKafkaRuntime();
  if (runtime.kind === 'none') throw new LocalProblem(runtime.reason);

  const dataDir = resolve(options.dataDir);
  const clusterId = await rememberedClusterId(dataDir);
  const folders = Array.from({ length: options.nodes ?? 1 }, (_, index) =>
    join(dataDir, `node-${index + 1}`),
  );
  // Before the ports are tried, because it holds them.
  for (const folder of folders) await endLeftoverNode(folder);
  const cluster = await planNodes(folders, options.port);
  const startNode =
    runtime.kind === 'java'
      ? await javaStarter(clusterId, options.scramUsers ?? [])
      : dockerStarter(clusterId, cluster);
  const { promise: failed, resolve: fail } = Promise.withResolvers<string>();
  const nodes = cluster.map((node) => {
    const properties = nodeProperties(node, cluster, options.properties?.(node) ?? {});
    return ownBroker(node, () => startNode(node, properties), fail);
  });
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    await Promise.all(nodes.map((node) => node[how]()));
  };
  try {
    for (const node of nodes) await node.start();
    const addresses = cluster.map(({ port }) => `127.0.0.1:${port}`);
    await untilItAnswers(addresses, failed, options.signal);
    return { brokers: addresses.join(','), nodes, failed, stop: () => end('stop'), kill: () => end('kill') };
  } catch (error) {
    // It holds no data yet, so it need not end in order.
    await end('kill');
    throw error;
  }
}

interface OwnBroker extends LocalBroker {
  stop(): Promise<void>;
}

/** @param fail told the end of its log when it ends by itself */
function ownBroker(
  node: KafkaNode,
  launch: () => Promise<RunningNode>,
  fail: (log: string) => void,
): OwnBroker {
  let running: RunningNode | null = null;
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    const ending = running;
    // A wanted end is not a failure.
    running = null;
    await ending?.[how]();
  };
  return {
    id: node.id,
    start: async () => {
      const started = await launch();
      running = started;
      void started.ended.then(() => {
        if (running === started) fail(tailOfLog(node));
      });
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
  };
}

async function untilItAnswers(
  addresses: readonly string[],
  failed: Promise<string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + STARTED_WITHIN_MS;
  const ended = failed.then((log) => {
    throw new LocalProblem(`Kafka ended while it started: ${log}`);
  });
  const answered = async (): Promise<void> => {
    while (!(await answersMetadata(addresses))) {
      signal?.throwIfAborted();
      if (Date.now() > deadline)
        throw new LocalProblem(
          `Kafka did not answer on ${addresses.join(',')} within ${STARTED_WITHIN_MS / 1000} s`,
        );
      await delay(100);
    }
  };
  await Promise.race([ended, answered()]);
}

async function planNodes(folders: readonly string[], port: number | undefined): Promise<KafkaNode[]> {
  if (port !== undefined && !(await isPortFree(port))) {
    throw new LocalProblem(
      `Port ${port} of 127.0.0.1 is taken, so Kafka cannot listen there. Stop its owner, or set KAFKA_PORT to another port.`,
    );
  }
  const plan: KafkaNode[] = [];
  for (const folder of folders) {
    const id = plan.length + 1;
    const isFirst = id === 1;
    plan.push({
      id,
      port: isFirst && port !== undefined ? port : await findFreePort(),
      controllerPort: await findFreePort(),
      folder,
    });
  }
  return plan;
}

type NodeStarter = (node: KafkaNode, properties: KafkaProperties) => Promise<RunningNode>;

async function javaStarter(clusterId: string, scramUsers: readonly ScramUser[]): Promise<NodeStarter> {
  const jars = await kafkaJars();
  return (node, properties) => startJavaNode(node, properties, { jars, clusterId, scramUsers });
}

function dockerStarter(clusterId: string, cluster: readonly KafkaNode[]): NodeStarter {
  if (cluster.length > 1)
    throw new LocalProblem('A local cluster of several Kafka servers needs Java 17 or newer with Maven.');
  return (node, properties) => startDockerNode(node, properties, { clusterId });
}

/** Drawn at the first start: a node whose data belong to another cluster refuses to start. */
async function rememberedClusterId(dataDir: string): Promise<string> {
  const file = join(dataDir, 'cluster-id');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  try {
    await mkdir(dataDir, { recursive: true });
    // Kafka's own form: the 16 bytes of a UUID in URL-safe base64.
    const id = randomBytes(16).toString('base64url');
    // An id must not begin with a dash: on a command line it would read as an option.
    const clusterId = id.startsWith('-') ? `K${id.slice(1)}` : id;
    writeFileSync(file, clusterId);
    return clusterId;
  } catch (cause) {
    throw new LocalProblem(`Kafka's folder ${dataDir} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}
