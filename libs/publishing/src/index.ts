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
export { RelayGauge } from './relay-gauge.js';
export { type Checkpoint } from './relay-lease.js';
export { type RelayTopics } from './relay-messages.js';
export { Relay, type RelayOptions } from './relay.js';
export { RelayedPartitions } from './relayed-partitions.js';
export { replayToTopic } from './replay-to-topic.js';

export const publishingMigrations = [{ name: '0003-relay', class: RelayTables }];
