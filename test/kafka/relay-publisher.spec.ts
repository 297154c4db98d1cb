import { KafkaEventPublisher } from '#kafka';

import { silentLog } from '../support/contact-feed-recording-log.js';
import { describePublisherContract } from '../support/event-publisher-contract.js';
import { describeKafka } from '../support/kafka.js';

describeKafka('Over kafkajs', () => {
  describePublisherContract(
    'KafkaEventPublisher',
    (settings) => new KafkaEventPublisher(settings, silentLog),
  );
});
