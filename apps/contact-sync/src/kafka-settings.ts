import { type KafkaSettings } from '#contact-feed';
import { type KafkaConfiguration } from '#platform';

export function kafkaSettings(configuration: KafkaConfiguration): KafkaSettings {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
  } = configuration;
  return {
    brokers: configuration.KAFKA_BROKERS,
    topicPrefix: configuration.KAFKA_TOPIC_PREFIX,
    partitions: configuration.KAFKA_PARTITIONS,
    ...(configuration.KAFKA_REPLICATION_FACTOR === undefined
      ? {}
      : { replicationFactor: configuration.KAFKA_REPLICATION_FACTOR }),
    ssl: configuration.KAFKA_SSL,
    ...(mechanism === undefined || username === undefined || password === undefined
      ? {}
      : { sasl: { mechanism, username, password } }),
  };
}
