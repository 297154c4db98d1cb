import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Producer } from 'kafkajs';

import { KafkaTopics } from '../../libs/kafka/src/topics/kafka-topics.js';
import { kafkaSettings, outsideClient } from '../support/contact-feed-kafka.js';
import { silentLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';

/** Of the topics that nobody waits for, nearly each refuses its first records. */
const TIMES = 5;
const PARTITIONS = 12;

describeKafka('A topic that the service has just made', () => {
  const kafka = outsideClient();
  let producer: Producer;
  beforeAll(async () => {
    // Connected before: to connect takes longer than the leaders do.
    producer = kafka.producer({ retry: { retries: 0 } });
    await producer.connect();
  });
  afterAll(() => producer.disconnect());

  it('takes the first records of each partition', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const settings = kafkaSettings(PARTITIONS);
      const topic = `${settings.topicPrefix}new`;
      const topics = new KafkaTopics(kafka, settings, silentLog, [{ topic, cleanup: 'delete' }]);
      await topics.ensure();
      const messages = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, value: '{}' }));

      await expect(producer.send({ topic, messages })).resolves.toHaveLength(PARTITIONS);
    }
  });
});
