import { type ContactFeed } from '#read-model';
import { KafkaContactFeed } from '#kafka';

import { describeFeedContract, type FeedHarness } from '../support/contact-feed-contract.js';
import { kafkaSettings, startRelay } from '../support/contact-feed-kafka.js';
import { createLogDatabase } from '../support/contact-feed-log.js';
import { silentLog } from '../support/contact-feed-recording-log.js';
import { describeKafka } from '../support/kafka.js';

async function openKafka(): Promise<FeedHarness> {
  const logDatabase = await createLogDatabase();
  const settings = kafkaSettings();
  const relay = startRelay(logDatabase, settings, { options: { batchSize: 20 } });
  return {
    em: logDatabase.em,
    feed: (): ContactFeed => new KafkaContactFeed(settings, logDatabase.em, silentLog, { batchSize: 7 }),
    close: async () => {
      await relay.stop();
      await logDatabase.close();
    },
  };
}

describeKafka('Over a real Kafka', () => {
  describeFeedContract('the feed from Kafka', openKafka);
});
