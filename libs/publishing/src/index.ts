import { ClosedRecords } from './migrations/closed-records.js';
import { RelayLease as RelayLeaseTables } from './migrations/relay-lease.js';
import { RefusedRecords as RefusedRecordTables } from './migrations/refused-records.js';
import { Relay as RelayTables } from './migrations/relay.js';
import { RefusedRecordEntity } from './refused-record.entity.js';

export { AccountRelay } from './account-relay.js';
export { AccountRelayGauge } from './account-relay-gauge.js';
export {
  type Acknowledgement,
  type EventPublisher,
  type PartitionEnd,
  type PartitionRange,
  PublicationRefused,
  type PublishedRecord,
  type TopicMessages,
  TopicMissing,
} from './event-publisher.js';
export { KAFKA_SENDS, type KafkaSendMessage } from './kafka-sends.js';
export { type RefusedRecord, RefusedRecords } from './refused-records.js';
export { RelayGauge } from './relay-gauge.js';
export { type Checkpoint, type RelayTopics } from './relay-topics.js';
export { Relay, type RelayOptions } from './relay.js';
export { type RelayedPartition, RelayedPartitions, WITHHELD_PARTITION } from './relayed-partitions.js';
export { replayToTopic } from './replay-to-topic.js';
export { resetRelay } from './reset-relay.js';
export { discardWaiting, forgetRefused } from './settle-waiting.sql.js';
export { SettleRefusedRecordCommand } from './settle-refused-record.command.js';
export { SettleRefusedRecordHandler } from './settle-refused-record.handler.js';
export { WithheldEvents } from './withheld-events.js';

export { RemoveToldEventsCommand } from './remove-told-events/remove-told-events.command.js';
export { RemoveToldEventsHandler } from './remove-told-events/remove-told-events.handler.js';
export { RemoveOldRecordsCommand } from './remove-old-records/remove-old-records.command.js';
export { RemoveOldRecordsHandler } from './remove-old-records/remove-old-records.handler.js';
export { UnsentEvents } from './unsent-events.js';

export const publishingEntities = [RefusedRecordEntity];

export const publishingMigrations = [
  { name: '0003-relay', class: RelayTables },
  { name: '0009-relay-lease', class: RelayLeaseTables },
  { name: '0017-refused-records', class: RefusedRecordTables },
  { name: '0025-closed-records', class: ClosedRecords },
];
