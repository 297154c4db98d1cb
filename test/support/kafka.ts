import { describe } from '@jest/globals';

/**
 * `describe` for suites on the run's real Kafka. Where the machine has none, they are reported as skipped, and the
 * name says why.
 */
export const describeKafka = describeUnless(
  process.env.TEST_KAFKA_BROKERS ? null : (process.env.TEST_KAFKA_MISSING ?? 'TEST_KAFKA_BROKERS is not set'),
);

/** `describe`, or, where something is missing, suites that are reported as skipped with it in their name. */
export function describeUnless(missing: string | null): (name: string, suite: () => void) => void {
  if (missing === null) return describe;
  return (name, suite) => {
    describe.skip(`${name} (skipped: ${missing})`, suite);
  };
}

/** The brokers' addresses; only for suites under `describeKafka`. */
export function testBrokers(): string[] {
  return (process.env.TEST_KAFKA_BROKERS ?? '').split(',');
}
