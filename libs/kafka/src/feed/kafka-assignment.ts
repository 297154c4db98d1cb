import { type WorkLog, Backoff } from '#platform';
import {
  type ContactSubscriber,
  type FeedCheckpoint,
  type Backfill,
  CheckpointMoved,
  readRecords,
  type ReceivedRecord,
} from '#read-model';
import { type Consumer, type EachBatchPayload, type TopicPartitionOffset } from 'kafkajs';

import { kafkaAdvice } from '../client/kafka-advice.js';
import { receivedRecord } from '../client/kafka-headers.js';
import { type HeldOffsets } from '../topics/held-offsets.js';
import { type KafkaBatchApplier, type KafkaChunk } from './kafka-batch-applier.js';

/** The broker takes a member of the group that sends nothing for so long for dead. */
export const SESSION_MS = 10_000;

/** How often a heartbeat is sent while something else is waited for. */
const HEARTBEAT_MS = SESSION_MS / 4;

export interface AssignmentDependencies {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly consumer: Pick<Consumer, 'seek'>;
  readonly held: () => Promise<ReadonlyMap<number, HeldOffsets>>;
  readonly subscriber: ContactSubscriber;
  readonly applier: KafkaBatchApplier;
  readonly backfill: Backfill;
  /** Records a transaction, at most. */
  readonly batchSize: number;
  readonly log: WorkLog;
  /** Aborts at the end of the assignment. */
  readonly signal: AbortSignal;
}

/**
 * The partitions that this member of the consumer group was given, from one rebalance to the next.
 *
 * It seeks each partition to the checkpoint that the subscriber has stored, and looks at no batch before that; the
 * offsets that the broker remembers of the group are ignored. What the broker no longer holds is applied from the log.
 */
export class KafkaAssignment {
  private readonly checkpoints = new Map<number, FeedCheckpoint | null>();
  private readonly committed = new Map<number, bigint>();
  private held: ReadonlyMap<number, HeldOffsets> = new Map();
  /** Partitions whose next batch begins with the last record that was applied, to see that it is still that one. */
  private readonly toRecognise = new Set<number>();
  private readonly reported = new Set<number>();
  private readonly positioned: Promise<void>;
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly applying: Backoff;
  private readonly seeking: Backoff;

  constructor(private readonly dependencies: AssignmentDependencies) {
    const { topic, log } = dependencies;
    this.applying = new Backoff(`applying records of ${topic}`, log, kafkaAdvice);
    this.seeking = new Backoff(`finding where to go on in ${topic}`, log, kafkaAdvice);
    this.positioned = this.tracked(this.seekToStored(dependencies.partitions));
  }

  /** Resolves once none of its work is under way any more. To be waited for after its end. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  /** The offsets that the broker has not been told yet. */
  uncommitted(): TopicPartitionOffset[] {
    return [...this.checkpoints]
      .filter(
        ([partition, checkpoint]) =>
          checkpoint !== null && checkpoint.offset !== this.committed.get(partition),
      )
      .map(([partition]) => ({
        topic: this.dependencies.topic,
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
    // Fetched before a seek, as at the assignment: it is not what comes next.
    if (payload.isStale()) return;
    const records = payload.batch.messages.map(receivedRecord);
    const closed = await this.attempt(partition, payload, () => this.closeGap(payload, records));
    if (closed !== true) return;
    const next = this.nextOffset(partition);
    const news = records.filter(({ offset }) => offset >= next);
    if (news.length === 0) payload.resolveOffset(payload.batch.lastOffset());
    for (const chunk of this.chunksOf(payload, news)) {
      if (this.isOver() || !payload.isRunning() || payload.isStale()) return;
      const checkpoint = await this.attempt(partition, payload, () =>
        this.dependencies.applier.apply(chunk, this.checkpoints.get(partition) ?? null),
      );
      if (checkpoint === null) return;
      this.checkpoints.set(partition, checkpoint);
      this.applying.over(String(partition));
      payload.resolveOffset(String(chunk.records.at(-1)?.offset ?? ''));
      await payload.heartbeat();
    }
    this.applying.over(String(partition));
  }

  private chunksOf({ batch }: EachBatchPayload, records: readonly ReceivedRecord[]): KafkaChunk[] {
    const { topic, partition } = batch;
    const { batchSize } = this.dependencies;
    const chunks: KafkaChunk[] = [];
    for (let start = 0; start < records.length; start += batchSize) {
      const part = records.slice(start, start + batchSize);
      const isLast = start + part.length === records.length;
      const lastOffset = isLast ? BigInt(batch.lastOffset()) : (part.at(-1)?.offset ?? 0n);
      chunks.push({ topic, partition, records: part, nextOffset: lastOffset + 1n });
    }
    return chunks;
  }

  /**
   * That it went well is no success yet: where records cannot be applied, a gap before them is closed each time.
   *
   * @returns null when it failed and the partition was sought again, or when the assignment is over
   */
  private async attempt<T>(
    partition: number,
    payload: EachBatchPayload,
    work: () => Promise<T>,
  ): Promise<T | null> {
    if (this.isOver() || !payload.isRunning()) return null;
    try {
      return await this.whileBeating(payload, this.tracked(work()));
    } catch (error) {
      if (error instanceof CheckpointMoved) this.dependencies.log.info({ partition }, error.message);
      else await this.pauseBeating(payload, error);
      // Part of it may be stored already, by us or by the partition's new owner.
      await this.whileBeating(payload, this.tracked(this.seekToStored([partition])));
      return null;
    }
  }

  private async pauseBeating(payload: EachBatchPayload, error: unknown): Promise<void> {
    const part = String(payload.batch.partition);
    await this.whileBeating(payload, this.applying.pause(error, this.dependencies.signal, part));
  }

  /** Tries until it works, as long as the assignment lasts. */
  private async seekToStored(partitions: readonly number[]): Promise<void> {
    while (!this.isOver()) {
      try {
        const [stored, held] = await Promise.all([
          this.dependencies.subscriber.checkpointsOf(this.dependencies.topic),
          this.dependencies.held(),
        ]);
        if (this.isOver()) return;
        this.held = held;
        for (const partition of partitions) {
          this.checkpoints.set(
            partition,
            stored.find((checkpoint) => checkpoint.partition === partition) ?? null,
          );
          this.seek(partition);
        }
        for (const partition of partitions) await this.backfillIfEmpty(partition);
        this.seeking.over();
        return;
      } catch (error) {
        await this.seeking.pause(error, this.dependencies.signal);
      }
    }
  }

  /**
   * Seeks to the record before the next one. It was applied, so its position is not above the stored one. If it is
   * above, the topic was made anew and has grown past the stored offset since.
   */
  private seek(partition: number): void {
    const next = this.nextOffset(partition);
    const { first, end } = this.heldOf(partition);
    const isHeld = next > first && next <= end;
    if (isHeld) this.toRecognise.add(partition);
    else this.toRecognise.delete(partition);
    this.seekTo(partition, isHeld ? next - 1n : first);
  }

  private seekTo(partition: number, offset: bigint): void {
    this.dependencies.consumer.seek({ topic: this.dependencies.topic, partition, offset: String(offset) });
  }

  /** An empty partition brings no batch, so a gap in it shows here only. */
  private async backfillIfEmpty(partition: number): Promise<void> {
    const { first, end } = this.heldOf(partition);
    if (first === end && this.nextOffset(partition) !== end) await this.backfillGap(partition, end, null);
  }

  /** @returns whether the batch may be applied; false: another offset was sought instead */
  private async closeGap({ batch }: EachBatchPayload, records: readonly ReceivedRecord[]): Promise<boolean> {
    const { partition } = batch;
    const next = this.nextOffset(partition);
    const first = BigInt(batch.firstOffset() ?? next);
    if (this.toRecognise.delete(partition) && first === next - 1n) {
      if (!this.isBeyond(records[0], partition)) return true;
      if (first > this.heldOf(partition).first) {
        this.seekTo(partition, this.heldOf(partition).first);
        return false;
      }
    }
    if (first !== next) {
      const [firstRead] = readRecords(records).read;
      // One that was applied before, and was sent again, does not tell where the gap ends.
      const isNews = this.isBeyond(firstRead?.received, partition);
      const upTo = firstRead === undefined || !isNews ? null : firstRead.record.position - 1n;
      await this.backfillGap(partition, first, upTo);
    }
    return true;
  }

  private async backfillGap(partition: number, nextOffset: bigint, upTo: bigint | null): Promise<void> {
    const previous = this.checkpoints.get(partition) ?? null;
    if (!this.reported.has(partition)) this.report(partition, previous, nextOffset);
    this.reported.add(partition);
    const missing = { source: this.dependencies.topic, partition, previous, upTo, nextOffset };
    this.checkpoints.set(partition, await this.dependencies.backfill.fill(missing, this.dependencies.signal));
    this.reported.delete(partition);
  }

  private report(partition: number, previous: FeedCheckpoint | null, first: bigint): void {
    const expected = previous?.offset ?? 0n;
    this.dependencies.log.warn(
      {
        topic: this.dependencies.topic,
        partition,
        expected: String(expected),
        first: String(first),
        position: String(previous?.position ?? 0n),
      },
      first > expected
        ? 'Kafka no longer holds records that were not read yet; backfilling from the event log, after this position'
        : 'Kafka holds other records than were read: the topic was made anew; backfilling from the event log, after ' +
            'this position, then reading the topic from its start',
    );
  }

  private isBeyond(received: ReceivedRecord | undefined, partition: number): boolean {
    const [read] = readRecords(received === undefined ? [] : [received]).read;
    return read !== undefined && read.record.position > (this.checkpoints.get(partition)?.position ?? 0n);
  }

  private nextOffset(partition: number): bigint {
    return this.checkpoints.get(partition)?.offset ?? 0n;
  }

  private heldOf(partition: number): HeldOffsets {
    const held = this.held.get(partition);
    if (held === undefined)
      throw new Error(`Kafka tells no offsets of ${this.dependencies.topic}, ${partition}`);
    return held;
  }

  private isOver(): boolean {
    return this.dependencies.signal.aborted;
  }

  /** When a heartbeat fails, nobody waits for the work any more, though it is still under way: `settled` does. */
  private tracked<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
    return tracked;
  }

  /** Sends heartbeats meanwhile. One that fails because of a rebalance throws an error that kafkajs understands. */
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
