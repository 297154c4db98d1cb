import { type WorkLog } from '#platform';
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';

import { type KafkaSettings } from './kafka-settings.js';

export const CONNECTION_TIMEOUT_MS = 3_000;
export const REQUEST_TIMEOUT_MS = 5_000;

/**
 * A kafkajs client. What it logs goes to our log at level debug: it reports every attempt, while this library reports
 * the beginning and the end of an outage.
 */
export function kafkaClient(settings: KafkaSettings, log: WorkLog): Kafka {
  const config: KafkaConfig = {
    clientId: 'contactstream',
    brokers: [...settings.brokers],
    ssl: settings.ssl ?? false,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // The users of this client try again, each with its own backoff.
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      log.debug({ kafkajs: entry.namespace, detail: entry.log.error as unknown }, entry.log.message);
    },
  };
  if (settings.sasl !== undefined) config.sasl = settings.sasl as SASLOptions;
  return new Kafka(config);
}
