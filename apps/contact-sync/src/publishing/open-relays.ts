import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { hasKafka, kafkaSettings, openPublisher } from '#kafka';
import { type Configuration, type Notifications } from '#platform';
import { AccountRelay, Relay } from '#publishing';
import { type Logger } from 'pino';

/**
 * Opens the relay of contacts and that of accounts.
 *
 * @param owner names this process in the relays' leases
 * @returns none without Kafka, and in a process without the role
 */
export async function openRelays(
  configuration: Configuration,
  owner: string,
  em: SqlEntityManager,
  notifications: Notifications,
  log: Logger,
): Promise<(Relay | AccountRelay)[]> {
  if (!configuration.ROLES.has('relay') || !hasKafka(configuration)) return [];
  const { KAFKA_PUBLISHER: client, PUBLIC_URL: publicUrl } = configuration;
  const settings = kafkaSettings(configuration);
  const { events, state, accounts } = topicNames(configuration.KAFKA_TOPIC_PREFIX);
  return [
    new Relay(
      em,
      await openPublisher(client, settings, log),
      notifications,
      { owner, topics: { events, state }, publicUrl },
      log,
    ),
    new AccountRelay(
      em,
      await openPublisher(client, settings, log, 'accounts'),
      notifications,
      { owner, topic: accounts, contactsTopic: events, publicUrl },
      log,
    ),
  ];
}
