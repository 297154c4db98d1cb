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
