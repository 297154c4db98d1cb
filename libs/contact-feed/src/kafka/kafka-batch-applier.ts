import { type ContactRecord } from '#contact-events';
import { type KafkaMessage } from 'kafkajs';

import { BatchRefused, type ContactSubscriber, type FeedProgress } from '../contact-feed.js';
import { errorForLog } from '../error-for-log.js';
import { type FeedLogger } from '../outage.js';
import { type KafkaDeadLetters } from './kafka-dead-letters.js';
import { readKafkaRecords, type ReadRecord } from './read-kafka-records.js';

/** Fetches an event that was cut for Kafka from the log, where it is whole. */
export type ReadWhole = (record: ContactRecord) => Promise<ContactRecord>;

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
    private readonly whole: ReadWhole,
  ) {}

  /** @returns the progress that is stored now */
  async apply(chunk: KafkaChunk, previous: FeedProgress | null): Promise<FeedProgress> {
    const { read, unreadable } = readKafkaRecords(chunk.messages);
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

  private async madeWhole(read: readonly ReadRecord[]): Promise<readonly ReadRecord[]> {
    if (!read.some(({ record }) => record.isCut)) return read;
    return Promise.all(
      read.map(async ({ message, record }) => ({
        message,
        record: record.isCut === true ? await this.whole(record) : record,
      })),
    );
  }

  private async applyRead(
    chunk: KafkaChunk,
    read: readonly ReadRecord[],
    previous: FeedProgress | null,
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
      await this.subscriber.apply({ records: read.map(({ record }) => record), previous, progress });
      return progress;
    } catch (error) {
      const [only] = read;
      if (!(error instanceof BatchRefused) || only === undefined) throw error;
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
    { message }: ReadRecord,
    refused: BatchRefused,
    previous: FeedProgress | null,
  ): Promise<FeedProgress> {
    const { code } = errorForLog(refused.cause);
    const error = `The read model cannot hold it (SQLSTATE ${code ?? 'unknown'})`;
    await this.deadLetters.put(chunk, [{ message, error }]);
    this.log.warn(
      { topic: chunk.topic, partition: chunk.partition, offset: message.offset, error },
      'a record could not be applied and is in the dead-letter topic',
    );
    return this.applyRead(chunk, [], previous);
  }
}
