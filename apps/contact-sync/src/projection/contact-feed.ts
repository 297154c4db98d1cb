import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { hasKafka, KafkaContactFeed, kafkaSettings } from '#kafka';
import { type Configuration, type Notifications } from '#platform';
import { type ContactFeed, LogContactFeed } from '#read-model';
import { type Logger } from 'pino';

/** With Kafka the topic is consumed; without it the log is followed directly. */
export function contactFeed(
  configuration: Configuration,
  em: SqlEntityManager,
  notifications: Notifications,
  log: Logger,
): ContactFeed {
  return hasKafka(configuration)
    ? new KafkaContactFeed(kafkaSettings(configuration), em, log)
    : new LogContactFeed(em, notifications, log);
}
