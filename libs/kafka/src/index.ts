export { kafkaClient } from './kafka-client.js';
export { KafkaContactFeed } from './kafka-contact-feed.js';
export { KafkaEventPublisher } from './kafka-event-publisher.js';
export { type FetchedRecord } from './kafka-records.js';
export { type KafkaSettings } from './kafka-settings.js';
export { openPublisher } from './open-publisher.js';
export { type PublishedPart, publishedParts, readPublished } from './read-published.js';
export { hasKafka, kafkaSettings } from './settings-of.js';
