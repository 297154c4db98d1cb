import { type PartitionRange, type PublishedRecord } from '#publishing';
import { textHeaders } from '#read-model';
import { type IHeaders, type Kafka } from 'kafkajs';

import { headerList } from '../client/kafka-headers.js';
import { heldOffsets } from './held-offsets.js';

export interface FetchedRecord extends PublishedRecord {
  readonly value: string | null;
}

/**
 * Hands out the records that are still there, range by range, each range in order.
 *
 * It needs no consumer group: a group makes its first member wait (3 s by the broker's default) and needs rights of its
 * own. kafkajs has the plain fetch request, but keeps it for its own consumer; `createCluster` below gets at it.
 *
 * @throws when the broker does not hold what it said it holds
 */
export async function fetchRecords(
  kafka: Kafka,
  ranges: readonly PartitionRange[],
  take: (record: FetchedRecord) => Promise<void> | void,
): Promise<void> {
  const topics = [...new Set(ranges.map(({ topic }) => topic))];
  const held = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await heldOffsets(kafka, topic)] as const)),
  );
  const cluster = createCluster(kafka);
  await cluster.connect();
  try {
    await cluster.addMultipleTargetTopics(topics);
    for (const range of ranges) {
      const first = held.get(range.topic)?.get(range.partition)?.first ?? 0n;
      await readRange(cluster, first > range.from ? { ...range, from: first } : range, take);
    }
  } finally {
    await cluster.disconnect();
  }
}

async function readRange(
  cluster: Cluster,
  { topic, partition, from, to }: PartitionRange,
  take: (record: FetchedRecord) => Promise<void> | void,
): Promise<void> {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw new Error(`${topic} has no partition ${partition}`);
  const broker = await cluster.findBroker({ nodeId });
  for (let next = from; next < to;) {
    const { responses } = await broker.fetch({
      isolationLevel: READ_UNCOMMITTED,
      maxWaitTime: 500,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(next), maxBytes: FETCH_BYTES }] }],
    });
    const answer = responses[0]?.partitions[0];
    const last = answer?.messages.at(-1);
    if (last === undefined) {
      // Compaction can have removed all that was left; a new leader may not yet tell all that it has.
      if (answer !== undefined && BigInt(answer.highWatermark) >= to) return;
      throw new Error(`${topic}, partition ${partition}, does not give its records from offset ${next} on`);
    }
    for (const { offset: place, key, value, headers, isControlRecord } of answer?.messages ?? []) {
      const offset = BigInt(place);
      if (offset < next || offset >= to || isControlRecord === true) continue;
      await take({
        topic,
        partition,
        offset,
        key: key?.toString() ?? null,
        value: value?.toString() ?? null,
        headers: textHeaders(headerList(headers)),
      });
    }
    next = BigInt(last.offset) + 1n;
  }
}

const READ_UNCOMMITTED = 0;
const FETCH_BYTES = 1_048_576;

/** The part of kafkajs's inner cluster that is used here. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: string[]): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(node: { nodeId: string }): Promise<Broker>;
}

interface Broker {
  fetch(request: {
    isolationLevel: number;
    maxWaitTime: number;
    topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
  }): Promise<{
    responses: { partitions: { highWatermark: string; messages: FetchedMessage[] }[] }[];
  }>;
}

interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders;
  readonly isControlRecord?: boolean;
}

function createCluster(kafka: Kafka): Cluster {
  const door = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (door === undefined) throw new Error('This version of kafkajs hides its cluster elsewhere');
  const create = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[door];
  if (create === undefined) throw new Error('This version of kafkajs hides its cluster elsewhere');
  return create({ allowAutoTopicCreation: false });
}
