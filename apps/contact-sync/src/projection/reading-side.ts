import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { hasKafka, KafkaContactFeed, kafkaSettings, openPublisher } from '#kafka';
import { topicNames } from '#contact-events';
import { LogContactFeed } from '#read-model';
import { Relay } from '#publishing';
import { type Configuration, type Notifications } from '#platform';
import { type Logger } from 'pino';

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
  const { events, state } = topicNames(configuration.KAFKA_TOPIC_PREFIX);
  return {
    feed: new KafkaContactFeed(settings, em, log),
    relay: new Relay(
      em,
      await openPublisher(configuration.KAFKA_PUBLISHER, settings, log),
      notifications,
      { owner, topics: { events, state }, publicUrl: configuration.PUBLIC_URL },
      log,
    ),
  };
}
