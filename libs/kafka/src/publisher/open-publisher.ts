import { type WorkLog } from '#platform';
import { type EventPublisher } from '#publishing';

import { type KafkaSettings } from '../client/kafka-settings.js';
import { KafkaEventPublisher } from './kafka-event-publisher.js';

/** The publisher over the named client. @platformatic/kafka takes 20 MB, so it is loaded only where it is used. */
export async function openPublisher(
  client: 'kafkajs' | 'platformatic',
  settings: KafkaSettings,
  log: WorkLog,
): Promise<EventPublisher> {
  if (client === 'kafkajs') return new KafkaEventPublisher(settings, log);
  const { PlatformaticEventPublisher } = await import('./platformatic-event-publisher.js');
  return new PlatformaticEventPublisher(settings, log);
}
