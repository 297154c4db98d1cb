import { randomUUID } from 'node:crypto';

import { expect, it } from '@jest/globals';

import { createTopics, outsideClient, produce, readTopic } from '../support/contact-feed-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

/** What docs/kafka.md says of erasing rests on this. */
describeKafka('An older state of a contact', () => {
  it('is compacted once its partition got another record after the time for that, and not before', async () => {
    const topic = `test-${randomUUID().slice(0, 8)}.compacted`;
    const admin = outsideClient().admin();
    await admin.connect();
    const configEntries = [
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'max.compaction.lag.ms', value: '1000' },
      { name: 'segment.ms', value: '1000' },
    ];
    await createTopics(admin, [{ topic, numPartitions: 2, configEntries }]);
    await admin.disconnect();
    const [quiet, busy] = [0, 1];
    const states = (partition: number) => [
      { key: 'contact', value: 'older', partition },
      { key: 'contact', value: 'present', partition },
    ];
    await produce(topic, [...states(quiet), ...states(busy)]);
    const valuesIn = async (wanted: number) =>
      (await readTopic(topic))
        .filter(({ key, partition }) => key === 'contact' && partition === wanted)
        .map(({ value }) => value);

    await waitFor(
      async () => {
        await produce(topic, [{ key: 'another', value: 'present', partition: busy }]);
        return !(await valuesIn(busy)).includes('older');
      },
      { what: 'the compaction', timeoutMs: 120_000, everyMs: 500 },
    );
    expect(await valuesIn(busy)).toEqual(['present']);
    expect(await valuesIn(quiet)).toEqual(['older', 'present']);
  }, 150_000);
});
