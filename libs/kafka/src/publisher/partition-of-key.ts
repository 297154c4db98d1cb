import { type PartitionMetadata, Partitioners } from 'kafkajs';

const choose = Partitioners.DefaultPartitioner();

/** As kafkajs wants to know them; it goes by their number. Made once: many keys are asked about in a row. */
const known = new Map<number, PartitionMetadata[]>();

/** The partition that a message with this key goes to, as both clients and Java's choose it: by its murmur2 hash. */
export function partitionOfKey(key: string, partitions: number): number {
  const partitionMetadata = known.get(partitions) ?? metadataOf(partitions);
  known.set(partitions, partitionMetadata);
  return choose({ topic: '', partitionMetadata, message: { key, value: null } });
}

function metadataOf(partitions: number): PartitionMetadata[] {
  return Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
}
