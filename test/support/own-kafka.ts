import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findKafkaRuntime } from '../../apps/local/src/kafka/kafka-runtime.js';
import { type KafkaOptions, type LocalKafka, startKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { describeUnless } from './kafka.js';
import { TEST_FOLDER_PREFIX } from './test-servers.js';

const runtime = await findKafkaRuntime();

/** `describe` for suites that start clusters of their own, of Java processes with settings of the test's. */
export const describeOwnKafka = describeUnless(
  runtime.kind === 'java' ? null : 'needs Java 17 or newer with Maven',
);

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
