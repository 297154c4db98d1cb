import { type ContactRecord } from '#contact-events';
import { type KafkaMessage } from 'kafkajs';

import { BatchRefused, type ContactSubscriber, type FeedProgress } from '../contact-feed.js';
import { errorForLog } from '../error-for-log.js';
import { type FeedLogger } from '../outage.js';
import { type KafkaDeadLetters } from './kafka-dead-letters.js';
import { readKafkaRecords, type ReadKafkaRecords, type ReadRecord } from './read-kafka-records.js';

/** What is asked of the log that the records came from. */
export interface RecordedLog {
  /** An event that was cut for Kafka, as the log has it. */
  whole(record: ContactRecord): Promise<ContactRecord>;
  /** The position of its last event. */
  end(): Promise<bigint>;
}

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
  /** The log was seen to reach so far. */
  private logEnd = 0n;

  constructor(
    private readonly subscriber: ContactSubscriber,
    private readonly deadLetters: KafkaDeadLetters,
    private readonly log: FeedLogger,
    private readonly recorded: RecordedLog,
  ) {}

  /** @returns the progress that is stored now */
  async apply(chunk: KafkaChunk, previous: FeedProgress | null): Promise<FeedProgress> {
    const { read, unreadable } = await this.withinLog(readKafkaRecords(chunk.messages));
    // Before the progress passes them: after a crash in between they are put aside twice, but never lost.
    await this.deadLetters.put(chunk, unreadable);
    for (const { message, error } of unreadable) {
      this.log.warn(
        { topic: chunk.topic, partition: chunk.partition, offset: message.offset, error },
        'a record could not be read and is in the dead-letter topic',
      );
    }
    return this.applyRead(chunk, await this.madeWhole(read), previous);
  }

  /**
   * An event is in the log before it is on Kafka. A position beyond the log's end is made up, and stored as progress it
   * would claim what has not come yet.
   */
  private async withinLog({ read, unreadable }: ReadKafkaRecords): Promise<ReadKafkaRecords> {
    if (read.some(({ record }) => record.position > this.logEnd)) this.logEnd = await this.recorded.end();
    const isWithin = ({ record }: ReadRecord): boolean => record.position <= this.logEnd;
    const beyond = read.filter((entry) => !isWithin(entry));
    if (beyond.length === 0) return { read, unreadable };
    const error = 'The header ce_position lies beyond the event log';
    return {
      read: read.filter(isWithin),
      unreadable: [...unreadable, ...beyond.map(({ message }) => ({ message, error }))],
    };
  }

  private async madeWhole(read: readonly ReadRecord[]): Promise<readonly ReadRecord[]> {
    if (!read.some(({ record }) => record.isCut)) return read;
    return Promise.all(
      read.map(async ({ message, record }) => ({
        message,
        record: record.isCut === true ? await this.recorded.whole(record) : record,
      })),
    );
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
    const { code } = errorForLog(refused.cause);
    const error = `The read model cannot hold it (SQLSTATE ${code ?? 'unknown'})`;
    await this.deadLetters.put(chunk, [{ message, error }]);
    this.log.warn(
      { topic: chunk.topic, partition: chunk.partition, offset: message.offset, error },
      'a record could not be applied and is in the dead-letter topic',
    );
    return this.applyRead(chunk, [refusedRecord], previous, []);
  }
}
