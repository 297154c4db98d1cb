import { Partitioners } from 'kafkajs';

const choose = Partitioners.DefaultPartitioner();

/** The partition that a message with this key goes to, as both clients and Java's choose it: by its murmur2 hash. */
export function partitionOfKey(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return choose({ topic: '', partitionMetadata, message: { key, value: null } });
}
