import { describe } from '@jest/globals';

/**
 * `describe` for suites on the run's real Kafka. Where the machine has none, they are reported as skipped, and the
 * name says why.
 */
export const describeKafka: (name: string, suite: () => void) => void = process.env.TEST_KAFKA_BROKERS
  ? describe
  : (name, suite) => {
      describe.skip(
        `${name} (skipped: ${process.env.TEST_KAFKA_MISSING ?? 'TEST_KAFKA_BROKERS is not set'})`,
        suite,
      );
    };

/** The brokers' addresses; only for suites under `describeKafka`. */
export function testBrokers(): string[] {
  return (process.env.TEST_KAFKA_BROKERS ?? '').split(',');
}
