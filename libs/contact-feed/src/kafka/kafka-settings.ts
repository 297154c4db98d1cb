/** How to reach Kafka and what the service's topics are to be like. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  /** Put before every topic and consumer-group name. */
  readonly topicPrefix: string;
  /** Of topics that the service makes. */
  readonly partitions: number;
  /** Of topics that the service makes; left out: the broker's default. */
  readonly replicationFactor?: number;
  readonly ssl?: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** The names that consumers know. */
export interface KafkaNames {
  /** Every contact event; the key is the contact's id. */
  readonly events: string;
  /** The latest state of each contact, compacted. */
  readonly state: string;
  /** Records of the events topic that the projection could not read. */
  readonly deadLetter: string;
  /** The projection's consumer group. */
  readonly group: string;
}

export function kafkaNames(topicPrefix: string): KafkaNames {
  return {
    events: `${topicPrefix}contacts.events`,
    state: `${topicPrefix}contacts.state`,
    deadLetter: `${topicPrefix}contacts.dead-letter`,
    group: `${topicPrefix}contactstream-projection`,
  };
}
