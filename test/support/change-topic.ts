import { type Admin } from 'kafkajs';
// The other names of this CommonJS package are not seen as exports by Node's ESM loader.
import kafkajs from 'kafkajs';

import { waitFor } from './wait-for.js';

/** Whose setting it is, in an answer of Kafka: the topic's own. */
const OF_TOPIC = 1;

/** Changes settings of a topic, and keeps its others: kafkajs can only set all of them. */
export async function changeTopic(
  admin: Admin,
  topic: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic };
  const found = async () => {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
    return resources[0]?.configEntries ?? [];
  };
  const own = (await found()).filter(({ configSource }) => (configSource as number) === OF_TOPIC);
  const wanted = new Map(own.map(({ configName, configValue }) => [configName, configValue]));
  for (const [name, value] of Object.entries(settings)) wanted.set(name, value);
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ ...resource, configEntries: [...wanted].map(([name, value]) => ({ name, value })) }],
  });
  const isSet = async () => {
    const now = new Map((await found()).map(({ configName, configValue }) => [configName, configValue]));
    return [...wanted].every(([name, value]) => now.get(name) === value);
  };
  await waitFor(isSet, { what: `${topic} to have ${JSON.stringify(settings)}` });
}
