import { topicNames } from '#contact-events';
import { eventsBehind, type FeedLag, placesAfter, placesAt } from '#event-store';
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

type PublishedTopic = Awaited<ReturnType<PublishedPartitions['of']>>;

/** A partition that holds records which the reader has not applied. */
interface PartitionBehind {
  readonly partition: number;
  /** Everything up to here that is in this partition is applied. */
  readonly position: bigint;
  readonly records: bigint;
}

/** So many events are looked at for the oldest that is missing, in pages. */
const PAGE = 1_000;
const MOST_PAGES = 10;

/** Where the events come over Kafka: compares with what was recorded when they were published, and needs no broker. */
export class TopicFeedGauge implements FeedGauge {
  readonly source: string;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly published: PublishedPartitions,
    topicPrefix: string,
    /** The partition that a contact's events go to, of so many. */
    private readonly partitionOf: (contactId: string, partitions: number) => number,
  ) {
    this.source = topicNames(topicPrefix).events;
  }

  async reach(checkpoints: readonly FeedCheckpoint[]): Promise<bigint> {
    const { published, behind } = await this.compare(checkpoints);
    return lowest(published.position, behind);
  }

  async lag(checkpoints: readonly FeedCheckpoint[]): Promise<FeedLag> {
    const { published, behind } = await this.compare(checkpoints);
    const unpublished = await eventsBehind(this.em.fork(), published.position);
    if (behind.length === 0) return unpublished;
    const { seconds } = await eventsBehind(this.em.fork(), await this.beforeMissing(published, behind));
    const records = behind.reduce((sum, partition) => sum + partition.records, 0n);
    return { events: unpublished.events + Number(records), seconds };
  }

  /**
   * A position before the oldest event that is missing, as close to it as can be told: what follows the last applied event
   * of a partition where little comes is mostly of others, which have applied it.
   */
  private async beforeMissing(
    { position: end, partitions }: PublishedTopic,
    behind: readonly PartitionBehind[],
  ): Promise<bigint> {
    const em = this.em.fork();
    let position = lowest(end, behind);
    const count = 1 + Math.max(...partitions.map(({ partition }) => partition));
    const last = new Map(partitions.map(({ partition, lastPosition }) => [lastPosition, partition]));
    const isTrue = (await placesAt(em, [...last.keys()])).every(
      (event) => this.partitionOf(event.streamId, count) === last.get(event.position),
    );
    // It has more partitions than any event went to so far, or it was given more since.
    if (!isTrue) return position;
    const applied = new Map(behind.map((one) => [one.partition, one.position]));
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const events = await placesAfter(em, position, PAGE);
      for (const event of events) {
        const upTo = applied.get(this.partitionOf(event.streamId, count));
        if (upTo !== undefined && event.position > upTo) return event.position - 1n;
        position = event.position;
      }
      if (events.length < PAGE) break;
    }
    return position;
  }

  private async compare(
    checkpoints: readonly FeedCheckpoint[],
  ): Promise<{ published: PublishedTopic; behind: PartitionBehind[] }> {
    const published = await this.published.of(this.source);
    const behind = published.partitions
      .map(({ partition, lastOffset, lastPosition }) => {
        const { position, offset } = this.checkpointIn(partition, checkpoints) ?? NOTHING_APPLIED;
        // What was filled from the log is applied, whatever offset it had in a topic that is gone.
        return { partition, position, records: lastPosition <= position ? 0n : lastOffset + 1n - offset };
      })
      .filter(({ records }) => records > 0n);
    return { published, behind };
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
