import { type FeedLogger, Backoff } from '#platform';
import {
  type ContactSubscriber,
  type FeedCheckpoint,
  type Backfill,
  CheckpointMoved,
  readRecords,
  type ReceivedRecord,
} from '#read-model';
import { type Consumer, type EachBatchPayload, type TopicPartitionOffset } from 'kafkajs';

import { type HeldOffsets } from './held-offsets.js';
import { kafkaAdvice } from './kafka-advice.js';
import { type KafkaBatchApplier, type KafkaChunk } from './kafka-batch-applier.js';
import { receivedRecord } from './kafka-headers.js';

/** A member of the group that is silent for so long is taken for dead. */
export const SESSION_MS = 10_000;

/** How long a heartbeat may be missing while something else is waited for. */
const HEARTBEAT_MS = SESSION_MS / 4;

export interface AssignmentParts {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly consumer: Pick<Consumer, 'seek'>;
  readonly held: () => Promise<ReadonlyMap<number, HeldOffsets>>;
  readonly subscriber: ContactSubscriber;
  readonly applier: KafkaBatchApplier;
  readonly fill: Backfill;
  /** Records a transaction, at most. */
  readonly batchSize: number;
  readonly log: FeedLogger;
  /** Aborts at the end of the assignment. */
  readonly signal: AbortSignal;
}

/**
 * The partitions that this member of the consumer group was given, from one rebalance to the next.
 *
 * At the assignment it seeks each partition to the progress that the subscriber has stored, and no batch is looked at
 * before that: what the broker remembers of the group does not count. What the broker no longer has of it is filled
 * from the log.
 */
export class KafkaAssignment {
  private readonly stands = new Map<number, FeedCheckpoint | null>();
  private readonly committed = new Map<number, bigint>();
  private held: ReadonlyMap<number, HeldOffsets> = new Map();
  /** Partitions whose next batch begins with a record that was applied before. */
  private readonly toProve = new Set<number>();
  private readonly reported = new Set<number>();
  private readonly positioned: Promise<void>;
  private readonly works = new Set<Promise<unknown>>();
  private readonly outage: Backoff;

  constructor(private readonly parts: AssignmentParts) {
    this.outage = new Backoff(`applying records of ${parts.topic}`, parts.log, kafkaAdvice);
    this.positioned = this.tracked(this.seekToStored(parts.partitions));
  }

  /** Resolves once nothing of it is under way any more; to be waited for behind its end. */
  async settled(): Promise<void> {
    while (this.works.size > 0) await Promise.allSettled(this.works);
  }

  /** Where its partitions stand and the broker has not been told. */
  uncommitted(): TopicPartitionOffset[] {
    return [...this.stands]
      .filter(([partition, stand]) => stand !== null && stand.offset !== this.committed.get(partition))
      .map(([partition]) => ({
        topic: this.parts.topic,
        partition,
        offset: String(this.nextOffset(partition)),
      }));
  }

  wereCommitted(offsets: readonly TopicPartitionOffset[]): void {
    for (const { partition, offset } of offsets) this.committed.set(partition, BigInt(offset));
  }

  async handle(payload: EachBatchPayload): Promise<void> {
    await this.whileBeating(payload, this.positioned);
    const { partition } = payload.batch;
    // A seek that waits, as at the assignment: what was fetched before it is not what is to be read.
    if (payload.isStale()) return;
    const records = payload.batch.messages.map(receivedRecord);
    const closed = await this.attempt(partition, payload, () => this.closeGap(payload, records));
    if (closed !== true) return;
    const next = this.nextOffset(partition);
    const news = records.filter(({ offset }) => offset >= next);
    if (news.length === 0) payload.resolveOffset(payload.batch.lastOffset());
    for (const chunk of this.chunksOf(payload, news)) {
      if (this.isOver() || !payload.isRunning() || payload.isStale()) return;
      const progress = await this.attempt(partition, payload, () =>
        this.parts.applier.apply(chunk, this.stands.get(partition) ?? null),
      );
      if (progress === null) return;
      this.stands.set(partition, progress);
      payload.resolveOffset(String(chunk.records.at(-1)?.offset ?? ''));
      await payload.heartbeat();
    }
  }

  private chunksOf({ batch }: EachBatchPayload, records: readonly ReceivedRecord[]): KafkaChunk[] {
    const { topic, partition } = batch;
    const { batchSize } = this.parts;
    const chunks: KafkaChunk[] = [];
    for (let start = 0; start < records.length; start += batchSize) {
      const part = records.slice(start, start + batchSize);
      const isLast = start + part.length === records.length;
      const lastOffset = isLast ? BigInt(batch.lastOffset()) : (part.at(-1)?.offset ?? 0n);
      chunks.push({ topic, partition, records: part, nextOffset: lastOffset + 1n });
    }
    return chunks;
  }

  /** @returns null when it failed: the partition was sought anew, or its batch is no longer ours */
  private async attempt<T>(
    partition: number,
    payload: EachBatchPayload,
    work: () => Promise<T>,
  ): Promise<T | null> {
    if (this.isOver() || !payload.isRunning()) return null;
    try {
      const result = await this.whileBeating(payload, this.tracked(work()));
      this.outage.over();
      return result;
    } catch (error) {
      if (error instanceof CheckpointMoved) this.parts.log.info({ partition }, error.message);
      else await this.whileBeating(payload, this.outage.pause(error, this.parts.signal));
      // Part of it may be committed, by us or by the partition's new owner.
      await this.whileBeating(payload, this.tracked(this.seekToStored([partition])));
      return null;
    }
  }

  /** Tries as long as the assignment lasts. */
  private async seekToStored(partitions: readonly number[]): Promise<void> {
    while (!this.isOver()) {
      try {
        const [stored, held] = await Promise.all([
          this.parts.subscriber.checkpointsOf(this.parts.topic),
          this.parts.held(),
        ]);
        if (this.isOver()) return;
        this.held = held;
        for (const partition of partitions) {
          this.stands.set(partition, stored.find((progress) => progress.partition === partition) ?? null);
          this.seek(partition);
        }
        for (const partition of partitions) await this.fillIfEmpty(partition);
        this.outage.over();
        return;
      } catch (error) {
        await this.outage.pause(error, this.parts.signal);
      }
    }
  }

  /**
   * To one record before the next one: it was applied, so its position is not beyond the stored one. If it is, the
   * topic was made anew and has grown past the stored offset since.
   */
  private seek(partition: number): void {
    const next = this.nextOffset(partition);
    const { first, end } = this.heldOf(partition);
    const isHeld = next > first && next <= end;
    if (isHeld) this.toProve.add(partition);
    else this.toProve.delete(partition);
    this.seekTo(partition, isHeld ? next - 1n : first);
  }

  private seekTo(partition: number, offset: bigint): void {
    this.parts.consumer.seek({ topic: this.parts.topic, partition, offset: String(offset) });
  }

  /** A partition without a record would not bring a batch that shows the gap. */
  private async fillIfEmpty(partition: number): Promise<void> {
    const { first, end } = this.heldOf(partition);
    if (first === end && this.nextOffset(partition) !== end) await this.fillGap(partition, end, null);
  }

  /** @returns whether the batch is the next one; false: another place was sought */
  private async closeGap({ batch }: EachBatchPayload, records: readonly ReceivedRecord[]): Promise<boolean> {
    const { partition } = batch;
    const next = this.nextOffset(partition);
    const first = BigInt(batch.firstOffset() ?? next);
    if (this.toProve.delete(partition) && first === next - 1n) {
      if (!this.isBeyond(records[0], partition)) return true;
      if (first > this.heldOf(partition).first) {
        this.seekTo(partition, this.heldOf(partition).first);
        return false;
      }
    }
    if (first !== next) {
      const [firstRead] = readRecords(records).read;
      await this.fillGap(partition, first, firstRead === undefined ? null : firstRead.record.position - 1n);
    }
    return true;
  }

  private async fillGap(partition: number, nextOffset: bigint, upTo: bigint | null): Promise<void> {
    const previous = this.stands.get(partition) ?? null;
    if (!this.reported.has(partition)) this.report(partition, previous, nextOffset);
    this.reported.add(partition);
    const missing = { source: this.parts.topic, partition, previous, upTo, nextOffset };
    this.stands.set(partition, await this.parts.fill.fill(missing, this.parts.signal));
    this.reported.delete(partition);
  }

  private report(partition: number, previous: FeedCheckpoint | null, first: bigint): void {
    const expected = previous?.offset ?? 0n;
    this.parts.log.warn(
      {
        topic: this.parts.topic,
        partition,
        expected: String(expected),
        first: String(first),
        position: String(previous?.position ?? 0n),
      },
      first > expected
        ? 'Kafka no longer holds records that were not read yet; filling from the event log, behind this position'
        : 'Kafka holds other records than were read: the topic was made anew; filling from the event log, behind ' +
            'this position, then reading the topic from its start',
    );
  }

  private isBeyond(received: ReceivedRecord | undefined, partition: number): boolean {
    const [read] = readRecords(received === undefined ? [] : [received]).read;
    return read !== undefined && read.record.position > (this.stands.get(partition)?.position ?? 0n);
  }

  private nextOffset(partition: number): bigint {
    return this.stands.get(partition)?.offset ?? 0n;
  }

  private heldOf(partition: number): HeldOffsets {
    const held = this.held.get(partition);
    if (held === undefined) throw new Error(`Kafka tells no offsets of ${this.parts.topic}, ${partition}`);
    return held;
  }

  private isOver(): boolean {
    return this.parts.signal.aborted;
  }

  /** A heartbeat that fails leaves it behind, still under way. */
  private tracked<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.works.delete(tracked));
    this.works.add(tracked);
    return tracked;
  }

  /** Kafka takes a member that is silent for dead. A rebalance shows here, as an error that kafkajs understands. */
  private async whileBeating<T>(payload: EachBatchPayload, work: Promise<T>): Promise<T> {
    const finished = work.then((value) => ({ value }));
    for (;;) {
      const { promise: silence, resolve } = Promise.withResolvers<null>();
      const timer = setTimeout(resolve, HEARTBEAT_MS, null);
      try {
        const result = await Promise.race([finished, silence]);
        if (result !== null) return result.value;
      } finally {
        clearTimeout(timer);
      }
      await payload.heartbeat();
    }
  }
}
