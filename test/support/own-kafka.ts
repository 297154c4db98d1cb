import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe } from '@jest/globals';

import { haveKafkaJars } from '../../apps/local/src/kafka/kafka-jars.js';
import { type KafkaOptions, type LocalKafka, startKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { describeKafka } from './kafka.js';
import { TEST_FOLDER_PREFIX } from './test-servers.js';

const hasJava = spawnSync('java', ['-version']).status === 0;

/**
 * `describe` for suites that start Kafka clusters of their own, with settings that only Java servers can be given here.
 */
export const describeOwnKafka: (name: string, suite: () => void) => void =
  hasJava && haveKafkaJars()
    ? describeKafka
    : (name, suite) => {
        describe.skip(`${name} (skipped: Java with Kafka's jars is not installed)`, suite);
      };

/** Where a cluster of a test's own lives. What a killed run leaves there is ended and removed by the next one. */
export function ownKafkaFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), `${TEST_FOLDER_PREFIX}${process.pid}-`));
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A cluster of a test's own. */
export async function startOwnKafka(
  folder: string,
  options: Omit<KafkaOptions, 'dataDir'> = {},
): Promise<LocalKafka> {
  return startKafka({ ...options, dataDir: path.join(folder, 'kafka') });
}
