import { RelayLease as RelayLeaseTables } from './migrations/relay-lease.js';
import { Relay as RelayTables } from './migrations/relay.js';

export {
  type Acknowledgement,
  type EventPublisher,
  type PartitionEnd,
  type PartitionRange,
  PublicationTooLarge,
  type PublishedRecord,
  type TopicMessages,
  TopicMissing,
} from './event-publisher.js';
export { KAFKA_SENDS, type KafkaSendMessage } from './kafka-sends.js';
export { RelayGauge } from './relay-gauge.js';
export { type Checkpoint, type RelayTopics } from './relay-topics.js';
export { Relay, type RelayOptions } from './relay.js';
export { type RelayedPartition, RelayedPartitions } from './relayed-partitions.js';
export { replayToTopic } from './replay-to-topic.js';
export { resetRelay } from './reset-relay.js';

export const publishingMigrations = [
  { name: '0003-relay', class: RelayTables },
  { name: '0009-relay-lease', class: RelayLeaseTables },
];
