import { DeadLetters } from './migrations/dead-letters.js';
import { Relay as RelayTables } from './migrations/relay.js';

export {
  BatchRefused,
  type ContactBatch,
  type ContactFeed,
  type ContactSubscriber,
  type FeedGauge,
  type FeedLag,
  type FeedProgress,
  ProgressMoved,
} from './contact-feed.js';
export { DeadLetterReplay, StillNotApplicable } from './kafka/dead-letter-replay.js';
export {
  type DeadLetterEntry,
  type DeadLetterState,
  DeadLetterTable,
  type StoredDeadLetter,
} from './kafka/dead-letter-table.js';
export { KafkaContactFeed, type KafkaFeedOptions } from './kafka/kafka-contact-feed.js';
export { KafkaEventPublisher } from './kafka/kafka-event-publisher.js';
export { KafkaFeedGauge } from './kafka/kafka-feed-gauge.js';
export { type KafkaNames, kafkaNames, type KafkaSettings } from './kafka/kafka-settings.js';
export { openPublisher } from './kafka/open-publisher.js';
export { LogContactFeed, type LogFeedOptions } from './log/log-contact-feed.js';
export { LogFeedGauge } from './log/log-feed-gauge.js';
export { type FeedLogger, type OutageMessage, OUTAGES } from './outage.js';
export { ReadAhead } from './read-ahead.js';
export { type RecoveredEvents, recoverEvents } from './recovery/log-recovery.js';
export { RecoveryRefused } from './recovery/recovery-refused.js';
export { replayRecovered } from './recovery/replay-recovered.js';
export {
  type Acknowledgement,
  type EventPublisher,
  PublicationTooLarge,
  type TopicMessages,
  TopicMissing,
} from './relay/event-publisher.js';
export { Relay, type RelayOptions } from './relay/relay.js';
export { RelayGauge } from './relay/relay-gauge.js';
export { type RelayTopics } from './relay/relay-messages.js';

export const contactFeedMigrations = [
  { name: '0003-relay', class: RelayTables },
  { name: '0005-dead-letters', class: DeadLetters },
];
