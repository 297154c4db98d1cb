import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type TopicNames, topicNames } from '#contact-events';

import { kafkaEnvironment, kafkaSettings, readTopic } from '../support/contact-feed-kafka.js';
import { type Positions } from '../support/contacts-copy.js';
import { describeKafka } from '../support/kafka.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

describeKafka('Whoever reads the topics', () => {
  let service: TestService;
  let names: TopicNames;
  beforeAll(async () => {
    const settings = kafkaSettings();
    names = topicNames(settings.topicPrefix);
    service = await startTestService(kafkaEnvironment(settings), { persons: 40 });
  });
  afterAll(() => service.stop());

  const positions = async (): Promise<Positions> =>
    (await service.api('GET', '/api/positions')).body as Positions;

  it('is told before the first event that there is nothing to read', async () => {
    expect(await positions()).toEqual({
      logEnd: '0',
      published: '0',
      publishedState: '0',
      projected: '0',
      partitions: [],
    });
  });

  it('holds everything up to `published` with each partition read up to its end, and knows when they are caught up', async () => {
    await service.api('POST', '/api/sync');
    // Taken while the relay may still send: what holds, holds at any moment.
    const early = await positions();
    await waitFor(async () => (await positions()).projected === (await positions()).logEnd, {
      what: 'the read model to be caught up',
    });
    const late = await positions();
    expect(late).toMatchObject({
      published: late.logEnd,
      publishedState: late.logEnd,
      projected: late.logEnd,
    });

    const records = await readTopic(names.events);
    for (const { published, partitions } of [early, late]) {
      const ends = new Map(partitions.map(({ partition, endOffset }) => [partition, BigInt(endOffset)]));
      const read = records
        .filter(({ partition, offset }) => offset < (ends.get(partition) ?? 0n))
        .map(({ headers }) => Number(headers.ce_position));
      const upTo = Array.from({ length: Number(published) }, (_, before) => before + 1);
      expect(read.toSorted((a, b) => a - b)).toEqual(expect.arrayContaining(upTo));
    }
    expect(late.logEnd).toBe(String(records.length));
  });
});
