import { type PartitionRange, type PublishedRecord } from '#publishing';
import { type ClusterMetadata, type Consumer, type RecordsBatch } from '@platformatic/kafka';

/**
 * Hands out the records of a range that are still there, in order, by the plain fetch request of a consumer.
 *
 * @throws when the broker does not hold what it said it holds
 */
export async function readRange(
  consumer: Consumer,
  metadata: ClusterMetadata,
  { topic, partition, from, to }: PartitionRange,
  take: (record: PublishedRecord) => void,
): Promise<void> {
  const described = metadata.topics.get(topic);
  const leader = described?.partitions[partition]?.leader;
  if (described === undefined || leader === undefined) {
    throw new Error(`${topic} has no partition ${partition}`);
  }
  for (let next = from; next < to;) {
    const { responses } = await consumer.fetch({
      node: leader,
      maxWaitTime: 500,
      isolationLevel: 0,
      topics: [
        {
          topicId: described.id,
          partitions: [
            {
              partition,
              fetchOffset: next,
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
              partitionMaxBytes: FETCH_BYTES,
            },
          ],
        },
      ],
    });
    const answer = responses[0]?.partitions[0];
    const batches = answer?.records ?? [];
    const last = batches.at(-1);
    if (last === undefined) {
      // Compaction can have removed all that was left; a new leader may not yet tell all that it has.
      if (answer !== undefined && answer.highWatermark >= to) return;
      throw new Error(`${topic}, partition ${partition}, does not give its records from offset ${next} on`);
    }
    for (const { offset, key, headers } of batches.flatMap(recordsOf)) {
      if (offset >= next && offset < to) take({ topic, partition, offset, key, headers });
    }
    next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
  }
}

function recordsOf({ firstOffset, attributes, records }: RecordsBatch) {
  if ((attributes & CONTROL_BATCH) !== 0) return [];
  return records.map(({ offsetDelta, key, headers }) => ({
    offset: firstOffset + BigInt(offsetDelta),
    key: key?.toString() ?? null,
    headers: Object.fromEntries(headers.map(([name, value]) => [name?.toString() ?? '', value?.toString()])),
  }));
}

const FETCH_BYTES = 1_048_576;
/** The bit of a batch's attributes that marks it as Kafka's own. */
const CONTROL_BATCH = 0b100000;
