import { type FetchedRecord, type TopicReader } from '#kafka';
import { type PartitionRange } from '#publishing';

/** Reads ranges one after the other, in batches that memory can hold. */
export async function readInBatches(
  reader: TopicReader,
  ranges: readonly PartitionRange[],
  take: (records: readonly FetchedRecord[]) => Promise<void>,
): Promise<void> {
  let batch: FetchedRecord[] = [];
  let bytes = 0;
  const takeBatch = async (): Promise<void> => {
    const full = batch;
    [batch, bytes] = [[], 0];
    if (full.length > 0) await take(full);
  };
  await reader.read(ranges, async (record) => {
    batch.push(record);
    bytes += record.value?.length ?? 0;
    if (batch.length === BATCH_RECORDS || bytes >= BATCH_BYTES) await takeBatch();
  });
  await takeBatch();
}

const BATCH_RECORDS = 1_000;
const BATCH_BYTES = 16_777_216;
