import { type ContactRecord } from '#contact-events';
import { type WorkLog } from '#platform';
import {
  BatchRefused,
  type ContactSubscriber,
  type FeedCheckpoint,
  type Origin,
  type ReadRecord,
  type ReceivedRecord,
  type RecordReader,
} from '#read-model';

import { type KafkaDeadLetters } from './kafka-dead-letters.js';

/** Records of one partition that are applied in one transaction, and the offset after them. */
export interface KafkaChunk extends Origin {
  readonly records: readonly ReceivedRecord[];
  readonly nextOffset: bigint;
}

/**
 * Applies records in order and puts aside what cannot be applied, so that one bad record stops no other. A record that
 * is no contact event is found by reading it, one that the subscriber refuses by halving the batch down to it.
 */
export class KafkaBatchApplier {
  constructor(
    private readonly subscriber: ContactSubscriber,
    private readonly deadLetters: KafkaDeadLetters,
    private readonly log: WorkLog,
    private readonly reader: RecordReader,
  ) {}

  /** @returns the checkpoint that is stored now */
  async apply(chunk: KafkaChunk, previous: FeedCheckpoint | null): Promise<FeedCheckpoint> {
    const { read, refused } = await this.reader.read(chunk.records);
    // Before the checkpoint passes them: after a crash in between they are put aside twice, but never lost.
    await this.deadLetters.put(chunk, refused);
    for (const { received, error } of refused) {
      this.log.warn(
        { topic: chunk.topic, partition: chunk.partition, offset: String(received.offset), error },
        'a record could not be read and is in the dead-letter topic',
      );
    }
    return this.applyRead(chunk, read, previous);
  }

  /** @param records of those that were read, the ones to apply; the others count as passed */
  private async applyRead(
    chunk: KafkaChunk,
    read: readonly ReadRecord[],
    previous: FeedCheckpoint | null,
    records: readonly ContactRecord[] = read.map(({ record }) => record),
  ): Promise<FeedCheckpoint> {
    const checkpoint: FeedCheckpoint = {
      source: chunk.topic,
      partition: chunk.partition,
      offset: chunk.nextOffset,
      position: read.reduce(
        (highest, { record }) => (record.position > highest ? record.position : highest),
        previous?.position ?? 0n,
      ),
    };
    try {
      await this.subscriber.apply({ records, previous, progress: checkpoint });
      return checkpoint;
    } catch (error) {
      const [only] = read;
      if (!(error instanceof BatchRefused) || only === undefined || records.length === 0) throw error;
      if (read.length > 1) return this.applyHalves(chunk, read, previous);
      return this.putAside(chunk, only, error, previous);
    }
  }

  private async applyHalves(
    chunk: KafkaChunk,
    read: readonly ReadRecord[],
    previous: FeedCheckpoint | null,
  ): Promise<FeedCheckpoint> {
    const middle = Math.ceil(read.length / 2);
    const secondHalf = read.slice(middle);
    const nextOffset = secondHalf[0]?.received.offset ?? chunk.nextOffset;
    const half = await this.applyRead({ ...chunk, nextOffset }, read.slice(0, middle), previous);
    return this.applyRead(chunk, secondHalf, half);
  }

  private async putAside(
    chunk: KafkaChunk,
    refusedRecord: ReadRecord,
    refused: BatchRefused,
    previous: FeedCheckpoint | null,
  ): Promise<FeedCheckpoint> {
    const { received } = refusedRecord;
    const error = refused.reason;
    await this.deadLetters.put(chunk, [{ received, error }]);
    this.log.warn(
      { topic: chunk.topic, partition: chunk.partition, offset: String(received.offset), error },
      'a record could not be applied and is in the dead-letter topic',
    );
    return this.applyRead(chunk, [refusedRecord], previous, []);
  }
}
