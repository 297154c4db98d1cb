import { channel } from 'node:diagnostics_channel';

/** What became of each of the relay's sends, as a {@link KafkaSendMessage}: every attempt, acknowledged or not. */
export const KAFKA_SENDS = channel('contactstream:kafka-sends');

export interface KafkaSendMessage {
  readonly isAcknowledged: boolean;
  /** How many messages were sent to each topic. */
  readonly topics: readonly { readonly topic: string; readonly messages: number }[];
}
