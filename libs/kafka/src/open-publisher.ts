import { type WorkLog } from '#platform';
import { type EventPublisher } from '#publishing';
import { KafkaEventPublisher } from './kafka-event-publisher.js';
import { type KafkaSettings } from './kafka-settings.js';

/** A client of the given name; that of @platformatic/kafka is loaded for it: 20 MB that nobody else has to have. */
export async function openPublisher(
  client: 'kafkajs' | 'platformatic',
  settings: KafkaSettings,
  log: WorkLog,
): Promise<EventPublisher> {
  if (client === 'kafkajs') return new KafkaEventPublisher(settings, log);
  const { PlatformaticEventPublisher } = await import('./platformatic-event-publisher.js');
  return new PlatformaticEventPublisher(settings, log);
}
