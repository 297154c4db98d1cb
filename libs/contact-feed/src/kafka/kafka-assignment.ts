import { setTimeout as delay } from 'node:timers/promises';

import { type Consumer, type EachBatchPayload } from 'kafkajs';

import { type ContactSubscriber, type FeedProgress, ProgressMoved } from '../contact-feed.js';
import { type FeedLogger, Outage } from '../outage.js';
import { type KafkaBatchApplier } from './kafka-batch-applier.js';

/** How long a heartbeat may be missing while something else is waited for; the session lasts 30 s. */
const HEARTBEAT_MS = 3_000;

/**
 * The partitions that this member of the consumer group was given, from one rebalance to the next.
 *
 * At the assignment it seeks each partition to the progress that the subscriber has stored, and no batch is looked at
 * before that: what the broker remembers of the group does not count.
 */
export class KafkaAssignment {
  private readonly stands = new Map<number, FeedProgress | null>();
  private readonly positioned: Promise<void>;
  private readonly outage: Outage;

  constructor(
    private readonly topic: string,
    private readonly partitions: readonly number[],
    private readonly consumer: Pick<Consumer, 'seek'>,
    private readonly subscriber: ContactSubscriber,
    private readonly applier: KafkaBatchApplier,
    private readonly chunkSize: number,
    private readonly log: FeedLogger,
    private readonly signal: AbortSignal,
  ) {
    this.outage = new Outage(`applying records of ${topic}`, log);
    this.positioned = this.position();
  }

  async handle(payload: EachBatchPayload): Promise<void> {
    await this.whileBeating(payload, this.positioned);
    const { batch } = payload;
    // A seek that waits, as at the assignment: what was fetched before it is not what is to be read.
    if (payload.isStale()) return;
    this.reportGap(batch.partition, BigInt(batch.firstOffset() ?? 0));
    for (const chunk of this.chunksOf(payload)) {
      if (this.isOver() || !payload.isRunning() || payload.isStale()) return;
      if (!(await this.applied(chunk, payload))) return;
      payload.resolveOffset(chunk.messages.at(-1)?.offset ?? '');
      await payload.heartbeat();
    }
  }

  private chunksOf({ batch }: EachBatchPayload) {
    const { topic, partition, messages } = batch;
    const chunks = [];
    for (let start = 0; start < messages.length; start += this.chunkSize) {
      const part = messages.slice(start, start + this.chunkSize);
      const isLast = start + part.length === messages.length;
      const lastOffset = isLast ? batch.lastOffset() : (part.at(-1)?.offset ?? batch.lastOffset());
      chunks.push({ topic, partition, messages: part, nextOffset: BigInt(lastOffset) + 1n });
    }
    return chunks;
  }

  /** @returns whether the chunk is done; false: the partition was sought anew, or its batch is no longer ours */
  private async applied(
    chunk: Parameters<KafkaBatchApplier['apply']>[0],
    payload: EachBatchPayload,
  ): Promise<boolean> {
    while (!this.signal.aborted && payload.isRunning()) {
      try {
        const stand = this.stands.get(chunk.partition) ?? null;
        this.stands.set(chunk.partition, await this.applier.apply(chunk, stand));
        this.outage.over();
        return true;
      } catch (error) {
        if (error instanceof ProgressMoved) this.log.info({ partition: chunk.partition }, error.message);
        else await this.whileBeating(payload, this.outage.pause(error, this.signal));
        // Part of it may be committed, by us or by the partition's new owner.
        await this.whileBeating(payload, this.seekToStored([chunk.partition]));
        return false;
      }
    }
    return false;
  }

  private async position(): Promise<void> {
    await this.seekToStored(this.partitions);
  }

  /** Tries as long as the assignment lasts. */
  private async seekToStored(partitions: readonly number[]): Promise<void> {
    while (!this.signal.aborted) {
      try {
        const stored = await this.subscriber.progressOf(this.topic);
        if (this.isOver()) return;
        for (const partition of partitions) {
          const stand = stored.find((progress) => progress.partition === partition) ?? null;
          this.stands.set(partition, stand);
          this.consumer.seek({ topic: this.topic, partition, offset: String(stand?.offset ?? 0n) });
        }
        this.outage.over();
        return;
      } catch (error) {
        await this.outage.pause(error, this.signal);
      }
    }
  }

  private isOver(): boolean {
    return this.signal.aborted;
  }

  /** Sought for one offset and given another: the broker no longer has it, or never had. */
  private reportGap(partition: number, first: bigint): void {
    const expected = this.stands.get(partition)?.offset ?? 0n;
    if (first === expected) return;
    this.log.warn(
      { topic: this.topic, partition, expected: String(expected), first: String(first) },
      first > expected
        ? 'Kafka no longer holds records that were not read yet'
        : 'Kafka holds fewer records than were read: the topic was made anew, and is read from its start',
    );
  }

  /** Kafka takes a member that is silent for dead. A rebalance shows here, as an error that kafkajs understands. */
  private async whileBeating(payload: EachBatchPayload, work: Promise<void>): Promise<void> {
    const finished = work.then(() => true);
    const silence = (): Promise<boolean> => delay(HEARTBEAT_MS, false, { ref: false });
    while (!(await Promise.race([finished, silence()]))) await payload.heartbeat();
  }
}
