import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { createTopics } from '../support/contact-feed-kafka.js';
import { describeKafka, testBrokers } from '../support/kafka.js';

describeKafka("the run's Kafka", () => {
  let admin: Admin;

  beforeAll(async () => {
    admin = new Kafka({ brokers: testBrokers(), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });

  afterAll(async () => {
    await admin.disconnect();
  });

  it('creates topics when asked, and only then', async () => {
    const suffix = randomUUID();
    const wanted = `wanted-${suffix}`;
    const misspelt = `misspelt-${suffix}`;

    await createTopics(admin, [{ topic: wanted, numPartitions: 3 }]);
    await expect(admin.fetchTopicMetadata({ topics: [misspelt] })).rejects.toThrow(
      'does not host this topic',
    );

    const topics = await admin.listTopics();
    expect(topics).toContain(wanted);
    expect(topics).not.toContain(misspelt);
  });
});
