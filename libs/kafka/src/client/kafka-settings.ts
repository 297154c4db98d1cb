import { type KafkaConfiguration } from '#platform';

/** How to reach Kafka and what the service's topics are to be like. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  /** Put before every topic and consumer-group name. */
  readonly topicPrefix: string;
  /** Of topics that the service makes. */
  readonly partitions: number;
  /** Of topics that the service makes; left out: the broker's default. */
  readonly replicationFactor?: number;
  /** Of topics that the service makes; left out: the broker's defaults. */
  readonly times?: TopicTimes;
  readonly ssl?: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** How long topics keep what; milliseconds. */
export interface TopicTimes {
  readonly eventsRetention: number;
  readonly deadLetterRetention: number;
  readonly stateCompaction: number;
  readonly stateTombstones: number;
  readonly segment: number;
}

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
    times: {
      eventsRetention: configuration.KAFKA_EVENTS_RETENTION,
      deadLetterRetention: configuration.KAFKA_DEAD_LETTER_RETENTION,
      stateCompaction: configuration.KAFKA_STATE_COMPACTION,
      stateTombstones: configuration.KAFKA_STATE_TOMBSTONES,
      segment: configuration.KAFKA_SEGMENT,
    },
    ssl: configuration.KAFKA_SSL,
    ...(mechanism === undefined || username === undefined || password === undefined
      ? {}
      : { sasl: { mechanism, username, password } }),
  };
}
