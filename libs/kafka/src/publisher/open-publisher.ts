import { type WorkLog } from '#platform';
import { type EventPublisher } from '#publishing';

import { type KafkaSettings } from '../client/kafka-settings.js';
import { accountTopics, contactTopics } from '../topics/kafka-topics.js';
import { KafkaEventPublisher } from './kafka-event-publisher.js';

/**
 * The publisher over the named client. @platformatic/kafka takes 20 MB, so it is loaded only where it is used.
 *
 * @param of which topics it makes where they are missing
 */
export async function openPublisher(
  client: 'kafkajs' | 'platformatic',
  settings: KafkaSettings,
  log: WorkLog,
  of: 'contacts' | 'accounts' = 'contacts',
): Promise<EventPublisher> {
  const topics = (of === 'contacts' ? contactTopics : accountTopics)(settings);
  if (client === 'kafkajs') return new KafkaEventPublisher(settings, log, topics);
  const { PlatformaticEventPublisher } = await import('./platformatic-event-publisher.js');
  return new PlatformaticEventPublisher(settings, log, topics);
}
