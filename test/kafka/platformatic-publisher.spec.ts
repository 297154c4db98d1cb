import { openPublisher } from '#kafka';

import { silentLog } from '../support/contact-feed-recording-log.js';
import { describePublisherContract } from '../support/event-publisher-contract.js';
import { describeKafka } from '../support/kafka.js';

describeKafka('Over @platformatic/kafka', () => {
  describePublisherContract('PlatformaticEventPublisher', (settings) =>
    openPublisher('platformatic', settings, silentLog),
  );
});
