import { type ContactRecord } from '#contact-events';
import { type KafkaMessage } from 'kafkajs';

import { BatchRefused, type ContactSubscriber, type FeedProgress } from '../contact-feed.js';
import { errorForLog } from '../error-for-log.js';
import { type FeedLogger } from '../outage.js';
import { type KafkaDeadLetters } from './kafka-dead-letters.js';
import { type KafkaRecordReader } from './kafka-record-reader.js';
import { type ReadRecord } from './read-kafka-records.js';

/** Messages of one partition that are applied in one transaction, and the offset behind them. */
export interface KafkaChunk {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly KafkaMessage[];
  readonly nextOffset: bigint;
}

/**
 * Applies messages in order and puts aside what cannot be applied, so that one bad record stops nobody: one that is
 * no contact event is found by reading it, one that the subscriber refuses by halving the batch down to it.
 */
export class KafkaBatchApplier {
  constructor(
    private readonly subscriber: ContactSubscriber,
    private readonly deadLetters: KafkaDeadLetters,
    private readonly log: FeedLogger,
    private readonly reader: KafkaRecordReader,
  ) {}

  /** @returns the progress that is stored now */
  async apply(chunk: KafkaChunk, previous: FeedProgress | null): Promise<FeedProgress> {
    const { read, unreadable } = await this.reader.read(chunk.messages);
    // Before the progress passes them: after a crash in between they are put aside twice, but never lost.
    await this.deadLetters.put(chunk, unreadable);
    for (const { message, error } of unreadable) {
      this.log.warn(
        { topic: chunk.topic, partition: chunk.partition, offset: message.offset, error },
        'a record could not be read and is in the dead-letter topic',
      );
    }
    return this.applyRead(chunk, read, previous);
  }

  /** @param records of those that were read, the ones to apply; the others count as passed */
  private async applyRead(
    chunk: KafkaChunk,
    read: readonly ReadRecord[],
    previous: FeedProgress | null,
    records: readonly ContactRecord[] = read.map(({ record }) => record),
  ): Promise<FeedProgress> {
    const progress: FeedProgress = {
      source: chunk.topic,
      partition: chunk.partition,
      offset: chunk.nextOffset,
      position: read.reduce(
        (highest, { record }) => (record.position > highest ? record.position : highest),
        previous?.position ?? 0n,
      ),
    };
    try {
      await this.subscriber.apply({ records, previous, progress });
      return progress;
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
    previous: FeedProgress | null,
  ): Promise<FeedProgress> {
    const middle = Math.ceil(read.length / 2);
    const secondHalf = read.slice(middle);
    const nextOffset = BigInt(secondHalf[0]?.message.offset ?? chunk.nextOffset);
    const half = await this.applyRead({ ...chunk, nextOffset }, read.slice(0, middle), previous);
    return this.applyRead(chunk, secondHalf, half);
  }

  private async putAside(
    chunk: KafkaChunk,
    refusedRecord: ReadRecord,
    refused: BatchRefused,
    previous: FeedProgress | null,
  ): Promise<FeedProgress> {
    const { message } = refusedRecord;
    const error = refusal(refused);
    await this.deadLetters.put(chunk, [{ message, error }]);
    this.log.warn(
      { topic: chunk.topic, partition: chunk.partition, offset: message.offset, error },
      'a record could not be applied and is in the dead-letter topic',
    );
    return this.applyRead(chunk, [refusedRecord], previous, []);
  }
}

/** Why a record is refused, without its values. */
export function refusal({ cause }: BatchRefused): string {
  return `The read model cannot hold it (SQLSTATE ${errorForLog(cause).code ?? 'unknown'})`;
}
