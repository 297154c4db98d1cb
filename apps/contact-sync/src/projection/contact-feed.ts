import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { hasKafka, KafkaContactFeed, kafkaSettings } from '#kafka';
import { type Configuration, type Notifications } from '#platform';
import { WITHHELD_PARTITION, WithheldEvents } from '#publishing';
import { type ContactFeed, type FollowedEvents, LogContactFeed } from '#read-model';
import { type Logger } from 'pino';

/** They may be as large as any, and are in memory together. */
const WITHHELD_AT_A_TIME = 10;

/** With Kafka the topic is consumed, and what it refuses is taken from the log; without it the log is followed. */
export function contactFeeds(
  configuration: Configuration,
  em: SqlEntityManager,
  notifications: Notifications,
  log: Logger,
): ContactFeed[] {
  if (!hasKafka(configuration)) return [new LogContactFeed(em, notifications, log)];
  return [
    new KafkaContactFeed(kafkaSettings(configuration), em, log),
    new LogContactFeed(em, notifications, log, {
      followed: withheldEvents(em, configuration.KAFKA_TOPIC_PREFIX),
      batchSize: WITHHELD_AT_A_TIME,
    }),
  ];
}

/** The events that the relay passes without sending them, as one more partition of the events topic. */
export function withheldEvents(em: SqlEntityManager, topicPrefix: string): FollowedEvents {
  const { events: source } = topicNames(topicPrefix);
  const withheld = new WithheldEvents(em, source);
  return {
    source,
    partition: WITHHELD_PARTITION,
    channel: 'contactstream_refused',
    what: 'applying events that Kafka refused',
    after: (offset, limit) => withheld.after(offset, limit),
  };
}
