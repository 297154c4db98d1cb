import { type KafkaNode, type KafkaProperties } from './kafka-node.js';

/**
 * A node's server properties: KRaft, plain text on the loopback address, and replication as far as the cluster
 * allows, so that one node works and three can lose one.
 * @param more settings of the caller's; they win
 */
export function nodeProperties(
  node: KafkaNode,
  cluster: readonly KafkaNode[],
  more: KafkaProperties,
): KafkaProperties {
  const replicas = String(Math.min(3, cluster.length));
  const minimumInSync = String(Math.max(1, Math.min(3, cluster.length) - 1));
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': cluster
      .map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`)
      .join(','),
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': `${node.folder}/data`,
    'default.replication.factor': replicas,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'share.coordinator.state.topic.replication.factor': replicas,
    'min.insync.replicas': minimumInSync,
    'transaction.state.log.min.isr': minimumInSync,
    'share.coordinator.state.topic.min.isr': minimumInSync,
    // A misspelt topic should be an error, not a topic.
    'auto.create.topics.enable': 'false',
    // The defaults (50 partitions each) make a single machine's first start slow and fill it with empty folders.
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.num.partitions': '4',
    'group.initial.rebalance.delay.ms': '0',
    ...more,
  };
}

/** The content of a `server.properties` file. */
export function propertiesFile(properties: KafkaProperties): string {
  const escape = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escape(value)}\n`)
    .join('');
}
