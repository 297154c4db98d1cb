import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { KafkaContactFeed, kafkaNames, LogContactFeed, openPublisher, Relay } from '#contact-feed';
import { type Configuration, type Notifications } from '#platform';
import { type Logger } from 'pino';

import { hasKafka, kafkaSettings } from './kafka-settings.js';
import { MeasuredPublisher } from './metrics/measured-publisher.js';

/**
 * With Kafka the log goes out by the relay and comes back by the topic; without it the log is followed directly.
 *
 * @param owner names this process in the relay's lease
 */
export async function readingSide(
  configuration: Configuration,
  owner: string,
  em: SqlEntityManager,
  notifications: Notifications,
  log: Logger,
): Promise<{ feed: KafkaContactFeed | LogContactFeed; relay: Relay | null }> {
  if (!hasKafka(configuration)) return { feed: new LogContactFeed(em, notifications, log), relay: null };
  const settings = kafkaSettings(configuration);
  const { events, state } = kafkaNames(configuration.KAFKA_TOPIC_PREFIX);
  return {
    feed: new KafkaContactFeed(settings, em, log),
    relay: new Relay(
      em,
      new MeasuredPublisher(await openPublisher(configuration.KAFKA_PUBLISHER, settings, log)),
      notifications,
      { owner, topics: { events, state }, publicUrl: configuration.PUBLIC_URL },
      log,
    ),
  };
}
