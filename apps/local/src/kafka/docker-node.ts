import { createHash } from 'node:crypto';
import { LocalProblem } from '../local-problem.js';
import { runCommand } from '../run-command.js';
import { type RunningNode } from './java-node.js';
import { type KafkaNode, type KafkaProperties } from './kafka-node.js';
import { KAFKA_VERSION } from './kafka-version.js';

/** Starts the node as a container of the official image; its data lives in a volume named after the node's folder. */
export async function startDockerNode(
  node: KafkaNode,
  properties: KafkaProperties,
  { clusterId }: { readonly clusterId: string },
): Promise<RunningNode> {
  const name = `contactstream-kafka-${createHash('sha256').update(node.folder).digest('hex').slice(0, 12)}`;
  await runCommand('docker', ['rm', '--force', name]);
  const inContainer: KafkaProperties = {
    ...properties,
    // Reached through the published port, which arrives on the container's outer interface.
    listeners: `PLAINTEXT://0.0.0.0:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'log.dirs': '/var/lib/kafka/data',
  };
  const { code, output } = await runCommand('docker', [
    'run',
    '--detach',
    '--rm',
    `--name=${name}`,
    `--publish=127.0.0.1:${node.port}:${node.port}`,
    `--volume=${name}:/var/lib/kafka/data`,
    `--env=CLUSTER_ID=${clusterId}`,
    ...Object.entries(inContainer).map(([property, value]) => `--env=${environmentName(property)}=${value}`),
    `apache/kafka:${KAFKA_VERSION}`,
  ]);
  if (code !== 0)
    throw new LocalProblem(`Docker could not start Kafka: ${output.trim().split('\n').at(-1) ?? ''}`);
  const ended = runCommand('docker', ['wait', name]).then(() => undefined);
  const end = async (...command: string[]): Promise<void> => {
    await runCommand('docker', [...command, name]);
    await ended;
  };
  return { ended, stop: () => end('stop', '--time=20'), kill: () => end('kill') };
}

/** The image's own rule: `log.dirs` is KAFKA_LOG_DIRS; an underscore in a property is doubled, a dash tripled. */
function environmentName(property: string): string {
  return `KAFKA_${property.replace(/_/g, '__').replace(/-/g, '___').replace(/\./g, '_').toUpperCase()}`;
}
