import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { hasKafka, kafkaSettings, openPublisher } from '#kafka';
import { type Configuration, type Notifications } from '#platform';
import { Relay } from '#publishing';
import { type Logger } from 'pino';

/**
 * @param owner names this process in the relay's lease
 * @returns null without Kafka, and in a process without the role
 */
export async function openRelay(
  configuration: Configuration,
  owner: string,
  em: SqlEntityManager,
  notifications: Notifications,
  log: Logger,
): Promise<Relay | null> {
  if (!configuration.ROLES.has('relay') || !hasKafka(configuration)) return null;
  const publisher = await openPublisher(configuration.KAFKA_PUBLISHER, kafkaSettings(configuration), log);
  const { events, state } = topicNames(configuration.KAFKA_TOPIC_PREFIX);
  const options = { owner, topics: { events, state }, publicUrl: configuration.PUBLIC_URL };
  return new Relay(em, publisher, notifications, options, log);
}
