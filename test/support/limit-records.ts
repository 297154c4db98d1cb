import { type Admin } from 'kafkajs';
// The other names of this CommonJS package are not seen as exports by Node's ESM loader.
import kafkajs from 'kafkajs';

import { waitFor } from './wait-for.js';

const { TOPIC } = kafkajs.ConfigResourceTypes;

/** Bounds the record batches that a topic takes, and keeps its cleanup policy. */
export async function limitRecords(admin: Admin, topic: string, bytes: number): Promise<void> {
  const setting = async (name: string): Promise<string | undefined> => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: TOPIC, name: topic, configNames: [name] }],
    });
    return resources[0]?.configEntries[0]?.configValue;
  };
  const cleanup = (await setting('cleanup.policy')) ?? 'delete';
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: TOPIC,
        name: topic,
        configEntries: [
          { name: 'cleanup.policy', value: cleanup },
          { name: 'max.message.bytes', value: String(bytes) },
        ],
      },
    ],
  });
  await waitFor(async () => (await setting('max.message.bytes')) === String(bytes), {
    what: `${topic} to take ${bytes} bytes`,
  });
}
