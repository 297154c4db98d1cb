import { expect, it } from '@jest/globals';
import { topicNames } from '#contact-events';
import { KafkaEventPublisher, type KafkaSettings } from '#kafka';
// The other names of this CommonJS package are not seen as exports by Node's ESM loader.
import kafkajs from 'kafkajs';

import { asAdmin, kafkaSettings } from '../support/contact-feed-kafka.js';
import { recordingLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';

const DAY = 86_400_000;
const TIMES = {
  eventsRetention: 5 * DAY,
  deadLetterRetention: 6 * DAY,
  stateCompaction: 2 * DAY,
  stateTombstones: 3 * DAY,
  segment: DAY,
};

describeKafka('Topics that the service makes', () => {
  const settings = kafkaSettings(1);
  const { events, state, deadLetter } = topicNames(settings.topicPrefix);
  /** @returns what a process that begins to publish warns of */
  const begin = async (times: KafkaSettings['times'] & object): Promise<string[]> => {
    const log = recordingLog();
    const publisher = new KafkaEventPublisher({ ...settings, times }, log);
    await publisher.ends([events]);
    await publisher.ends([events]);
    await publisher.close();
    return log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
  };
  const found = async (topic: string): Promise<Record<string, number>> => {
    const { resources } = await asAdmin((admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
      }),
    );
    return Object.fromEntries(
      (resources[0]?.configEntries ?? [])
        .filter(({ configName }) =>
          /^(retention|segment|delete\.retention|max\.compaction\.lag)\.ms$/.test(configName),
        )
        .map(({ configName, configValue }) => [configName, Number(configValue) / DAY]),
    );
  };

  it('keep records as long as they are told to, and are never changed: a difference is told once', async () => {
    expect(await begin(TIMES)).toEqual([]);
    expect(await found(events)).toMatchObject({ 'retention.ms': 5, 'segment.ms': 1 });
    expect(await found(deadLetter)).toMatchObject({ 'retention.ms': 6, 'segment.ms': 1 });
    const ofState = { 'max.compaction.lag.ms': 2, 'delete.retention.ms': 3, 'segment.ms': 1 };
    expect(await found(state)).toMatchObject(ofState);

    expect(await begin({ ...TIMES, stateTombstones: DAY })).toEqual([
      `${state} has delete.retention.ms=${3 * DAY}, and KAFKA_STATE_TOMBSTONES says 1d (${DAY}); it is left as it is: ` +
        'set one of them to what you mean',
    ]);
    expect(await found(state)).toMatchObject(ofState);
  });
});
