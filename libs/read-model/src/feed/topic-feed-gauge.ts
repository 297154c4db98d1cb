import { topicNames } from '#contact-events';
import { eventsBehind, type FeedLag } from '#event-store';
import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type FeedGauge, type FeedCheckpoint } from './contact-feed.js';

/** What a topic's partitions hold of the log, as whoever publishes to it has recorded. */
export interface PublishedPartitions {
  /** All of one moment. */
  of(topic: string): Promise<{
    /** Every event of the log up to here is in the topic; 0 before the first. */
    readonly position: bigint;
    readonly partitions: readonly {
      readonly partition: number;
      readonly lastOffset: bigint;
      /** Of the event at the last offset. */
      readonly lastPosition: bigint;
    }[];
  }>;
}

/** A partition that holds records which the reader has not applied. */
interface PartitionBehind {
  /** Everything up to here that is in this partition is applied. */
  readonly position: bigint;
  readonly records: bigint;
}

/** When a partition had nothing left that was not applied. */
interface CaughtUp {
  /** Up to here the events of the partition are applied, wherever its last one stood. */
  readonly position: bigint;
  /** A reader that stands before it has another past. */
  readonly offset: bigint;
}

/** Where the events come over Kafka: compares with what was recorded when they were published, and needs no broker. */
export class TopicFeedGauge implements FeedGauge {
  readonly source: string;
  /**
   * By partition. Where little comes the last applied event may be old, and those of other partitions behind it are
   * not missing.
   */
  private readonly caughtUp = new Map<number, CaughtUp>();

  constructor(
    private readonly em: SqlEntityManager,
    private readonly published: PublishedPartitions,
    topicPrefix: string,
  ) {
    this.source = topicNames(topicPrefix).events;
  }

  async reach(checkpoints: readonly FeedCheckpoint[]): Promise<bigint> {
    const { published, behind } = await this.compare(checkpoints);
    return lowest(published, behind);
  }

  async lag(checkpoints: readonly FeedCheckpoint[]): Promise<FeedLag> {
    const { published, behind } = await this.compare(checkpoints);
    const unpublished = await eventsBehind(this.em.fork(), published);
    if (behind.length === 0) return unpublished;
    // The oldest event that may be missing is the first behind the slowest partition.
    const { seconds } = await eventsBehind(this.em.fork(), lowest(published, behind));
    const records = behind.reduce((sum, partition) => sum + partition.records, 0n);
    return { events: unpublished.events + Number(records), seconds };
  }

  private async compare(
    checkpoints: readonly FeedCheckpoint[],
  ): Promise<{ published: bigint; behind: PartitionBehind[] }> {
    const { position: published, partitions } = await this.published.of(this.source);
    const behind = partitions
      .map(({ partition, lastOffset, lastPosition }) => {
        const { position, offset } = this.checkpointIn(partition, checkpoints) ?? NOTHING_APPLIED;
        // What was filled from the log is applied, whatever offset it had in a topic that is gone.
        const records = lastPosition <= position ? 0n : lastOffset + 1n - offset;
        if (records <= 0n) this.caughtUp.set(partition, { position: published, offset });
        return { position: this.appliedUpTo(partition, { position, offset }), records };
      })
      .filter(({ records }) => records > 0n);
    return { published, behind };
  }

  private appliedUpTo(partition: number, { position, offset }: CaughtUp): bigint {
    const known = this.caughtUp.get(partition);
    return known !== undefined && known.offset <= offset && known.position > position
      ? known.position
      : position;
  }

  private checkpointIn(
    partition: number,
    checkpoints: readonly FeedCheckpoint[],
  ): FeedCheckpoint | undefined {
    return checkpoints.find((entry) => entry.source === this.source && entry.partition === partition);
  }
}

const NOTHING_APPLIED = { position: 0n, offset: 0n };

function lowest(published: bigint, behind: readonly PartitionBehind[]): bigint {
  return behind.reduce((low, { position }) => (position < low ? position : low), published);
}
