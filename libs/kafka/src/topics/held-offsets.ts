import { type Kafka } from 'kafkajs';

import { asAdmin } from '../client/as-admin.js';

/** The records of a partition that the broker holds; it is empty where both are equal. */
export interface HeldOffsets {
  readonly first: bigint;
  /** The offset that the next record will get. */
  readonly end: bigint;
}

/** By partition. */
export async function heldOffsets(kafka: Kafka, topic: string): Promise<ReadonlyMap<number, HeldOffsets>> {
  const offsets = await asAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  return new Map(
    offsets.map(({ partition, low, high }) => [partition, { first: BigInt(low), end: BigInt(high) }]),
  );
}
