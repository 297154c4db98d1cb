import { channel } from 'node:diagnostics_channel';

import { type Acknowledgement, KafkaEventPublisher, type TopicMessages } from '#contact-feed';

/** Tells each send to Kafka as a {@link KafkaSendMessage}. */
export const KAFKA_SENDS = channel('contactstream:kafka-sends');

export interface KafkaSendMessage {
  readonly batches: readonly TopicMessages[];
  readonly isAcknowledged: boolean;
}

/** The publisher of the relay, which tells what became of each send. */
export class MeasuredPublisher extends KafkaEventPublisher {
  override async publish(batches: readonly TopicMessages[]): Promise<Acknowledgement[]> {
    try {
      const acknowledged = await super.publish(batches);
      KAFKA_SENDS.publish({ batches, isAcknowledged: true } satisfies KafkaSendMessage);
      return acknowledged;
    } catch (error) {
      KAFKA_SENDS.publish({ batches, isAcknowledged: false } satisfies KafkaSendMessage);
      throw error;
    }
  }
}
