import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';
import { type Kafka } from 'kafkajs';

import { type PartitionRange } from '#publishing';
import { heldOffsets } from './held-offsets.js';
import { type FetchedRecord, readRecords } from './kafka-records.js';

/** Records of a partition that are to be read. */
export interface PublishedPart extends PartitionRange {
  /** What was published before them may be gone: they begin where the broker's retention left off. */
  readonly isCutOff: boolean;
}

/**
 * What the topics hold behind the last acknowledgement that the database knows of. Where the record of that
 * acknowledgement is not there any more (retention, compaction, a topic made anew) the whole partition is read.
 */
export async function publishedParts(
  kafka: Kafka,
  em: SqlEntityManager,
  topics: readonly string[],
): Promise<PublishedPart[]> {
  const rows = await boundSql<{
    topic: string;
    partition: number;
    last_offset: string;
    last_position: string;
  }>(
    em,
    'select topic, partition, last_offset, last_position from relay_partitions where topic = any($1::text[])',
    [topics],
  );
  const acknowledged = new Map(rows.map((row) => [placeOf(row), row]));
  const held = await Promise.all(
    topics.map(async (topic) =>
      [...(await heldOffsets(kafka, topic))].map(([partition, offsets]) => ({
        topic,
        partition,
        ...offsets,
      })),
    ),
  );
  const recognised = new Set<string>();
  const last = held.flat().flatMap(({ topic, partition, first, end }): PartitionRange[] => {
    const from = BigInt(acknowledged.get(placeOf({ topic, partition }))?.last_offset ?? -1);
    return from >= first && from < end ? [{ topic, partition, from, to: from + 1n }] : [];
  });
  await readRecords(kafka, last, (record) => {
    const isIt = record.headers.ce_position === acknowledged.get(placeOf(record))?.last_position;
    if (isIt) recognised.add(placeOf(record));
  });
  return held.flat().map(({ topic, partition, first, end }) => {
    const known = recognised.has(placeOf({ topic, partition }));
    const from = known ? BigInt(acknowledged.get(placeOf({ topic, partition }))?.last_offset ?? 0) : first;
    return { topic, partition, from, to: end, isCutOff: !known && first > 0n };
  });
}

/** A part's records by batches, one part after the other. */
export async function readPublished(
  kafka: Kafka,
  parts: readonly PublishedPart[],
  take: (records: readonly FetchedRecord[]) => Promise<void>,
): Promise<void> {
  let batch: FetchedRecord[] = [];
  let bytes = 0;
  const handOn = async (): Promise<void> => {
    const full = batch;
    [batch, bytes] = [[], 0];
    if (full.length > 0) await take(full);
  };
  await readRecords(kafka, parts, async (record) => {
    batch.push(record);
    bytes += record.value?.length ?? 0;
    if (batch.length === BATCH_RECORDS || bytes >= BATCH_BYTES) await handOn();
  });
  await handOn();
}

const BATCH_RECORDS = 1_000;
const BATCH_BYTES = 16_777_216;

function placeOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic} ${partition}`;
}
