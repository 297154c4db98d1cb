import { type TopicReader } from '#kafka';
import { type PartitionRange, type RelayedPartition, type RelayedPartitions } from '#publishing';

/** Records of a partition that are to be read. */
export interface PublishedPart extends PartitionRange {
  /** Whether earlier records may be gone: the part begins with the first record that the broker still holds. */
  readonly isCutOff: boolean;
}

/**
 * What the topics hold after the last acknowledgement that the database knows of. Where the record of that
 * acknowledgement is not there any more (retention, compaction, a topic made anew) the whole partition is read.
 */
export async function publishedParts(
  reader: TopicReader,
  relayed: RelayedPartitions,
  topics: readonly string[],
): Promise<PublishedPart[]> {
  const parts: PublishedPart[] = [];
  for (const topic of topics) {
    const { partitions } = await relayed.onKafka(topic);
    const held = await reader.held(topic);
    const known = await recognised(
      reader,
      topic,
      partitions.filter(({ partition, lastOffset }) => {
        const there = held.get(partition);
        return there !== undefined && lastOffset >= there.first && lastOffset < there.end;
      }),
    );
    for (const [partition, { first, end }] of held) {
      const from = known.get(partition);
      parts.push({
        topic,
        partition,
        from: from ?? first,
        to: end,
        isCutOff: from === undefined && first > 0n,
      });
    }
  }
  return parts;
}

/** @returns by partition, the offsets at which the topic holds the very record that was acknowledged */
async function recognised(
  reader: TopicReader,
  topic: string,
  acknowledged: readonly RelayedPartition[],
): Promise<Map<number, bigint>> {
  const positions = new Map(
    acknowledged.map(({ partition, lastPosition }) => [partition, String(lastPosition)]),
  );
  const found = new Map<number, bigint>();
  const ranges = acknowledged.map(({ partition, lastOffset }): PartitionRange => ({
    topic,
    partition,
    from: lastOffset,
    to: lastOffset + 1n,
  }));
  if (ranges.length === 0) return found;
  await reader.read(ranges, ({ partition, offset, headers }) => {
    if (headers.ce_position === positions.get(partition)) found.set(partition, offset);
  });
  return found;
}
