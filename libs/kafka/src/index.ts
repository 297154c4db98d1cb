export { hasKafka, type KafkaSettings, kafkaSettings } from './client/kafka-settings.js';
export { KafkaAccountTraces } from './erasures/kafka-account-traces.js';
export { KafkaErasureLedger } from './erasures/kafka-erasure-ledger.js';
export { KafkaContactFeed } from './feed/kafka-contact-feed.js';
export { KafkaEventPublisher } from './publisher/kafka-event-publisher.js';
export { type KafkaFacts, KafkaObserver, type TopicFacts } from './topics/kafka-observer.js';
export { openPublisher } from './publisher/open-publisher.js';
export { type FetchedRecord } from './topics/fetch-records.js';
export { TopicReader } from './topics/topic-reader.js';
