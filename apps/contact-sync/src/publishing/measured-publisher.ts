import { channel } from 'node:diagnostics_channel';

import { type Acknowledgement, type EventPublisher, type TopicMessages } from '#publishing';

/** Tells each send to Kafka as a {@link KafkaSendMessage}. */
export const KAFKA_SENDS = channel('contactstream:kafka-sends');

export interface KafkaSendMessage {
  readonly batches: readonly TopicMessages[];
  readonly isAcknowledged: boolean;
}

/** The publisher of the relay, which tells what became of each send. */
export class MeasuredPublisher implements EventPublisher {
  readonly longestSendMs: number;

  constructor(private readonly publisher: EventPublisher) {
    this.longestSendMs = publisher.longestSendMs;
  }

  readonly advice: EventPublisher['advice'] = (error) => this.publisher.advice(error);

  readonly ends: EventPublisher['ends'] = (topics) => this.publisher.ends(topics);

  readonly read: EventPublisher['read'] = (ranges, take) => this.publisher.read(ranges, take);

  async publish(batches: readonly TopicMessages[]): Promise<Acknowledgement[]> {
    try {
      const acknowledged = await this.publisher.publish(batches);
      KAFKA_SENDS.publish({ batches, isAcknowledged: true } satisfies KafkaSendMessage);
      return acknowledged;
    } catch (error) {
      KAFKA_SENDS.publish({ batches, isAcknowledged: false } satisfies KafkaSendMessage);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}
