import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { describeKafka, testBrokers } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

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

    // Not waiting for leaders: kafkajs gives up at the first broker that has not heard of the topic yet.
    await admin.createTopics({ topics: [{ topic: wanted, numPartitions: 3 }], waitForLeaders: false });
    await expect(admin.fetchTopicMetadata({ topics: [misspelt] })).rejects.toThrow(
      'does not host this topic',
    );

    await waitFor(async () => (await admin.listTopics()).includes(wanted), {
      what: 'the topic to be there',
    });
    expect(await admin.listTopics()).not.toContain(misspelt);
  });
});
