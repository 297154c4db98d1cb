import { type KafkaSettings } from './kafka-settings.js';
import { type KafkaConfiguration } from '#platform';

/** Whether events are published; without brokers they are not, and the read model follows the log. */
export function hasKafka({ KAFKA_BROKERS }: KafkaConfiguration): boolean {
  return KAFKA_BROKERS.length > 0;
}

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
