import { eventsBehind, type FeedLag } from '#event-store';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type FeedGauge, type FeedCheckpoint } from './contact-feed.js';
import { topicNames } from '#contact-events';

/** A partition that holds records which the reader has not applied. */
interface PartitionBehind {
  /** Everything up to here that is in this partition is applied. */
  readonly position: bigint;
  readonly records: bigint;
}

/** Where the events come over Kafka: compares with what the relay recorded, so it needs no broker. */
export class TopicFeedGauge implements FeedGauge {
  readonly source: string;

  constructor(
    private readonly em: SqlEntityManager,
    topicPrefix: string,
  ) {
    this.source = topicNames(topicPrefix).events;
  }

  async reach(progress: readonly FeedCheckpoint[]): Promise<bigint> {
    const { published, behind } = await this.compare(progress);
    return lowest(published, behind);
  }

  async lag(progress: readonly FeedCheckpoint[]): Promise<FeedLag> {
    const { published, behind } = await this.compare(progress);
    const unpublished = await eventsBehind(this.em.fork(), published);
    if (behind.length === 0) return unpublished;
    // The oldest event that may be missing is the first behind the slowest partition.
    const { seconds } = await eventsBehind(this.em.fork(), lowest(published, behind));
    const records = behind.reduce((sum, partition) => sum + partition.records, 0n);
    return { events: unpublished.events + Number(records), seconds };
  }

  /** One statement, so that checkpoint and partitions are of the same moment. */
  private async compare(
    progress: readonly FeedCheckpoint[],
  ): Promise<{ published: bigint; behind: PartitionBehind[] }> {
    const rows = await boundSql<{
      position: string;
      partition: number | null;
      last_offset: string;
      last_position: string;
    }>(
      this.em.fork(),
      `select r.position, p.partition, p.last_offset, p.last_position
       from relays r left join relay_partitions p on p.topic = r.name where r.name = $1`,
      [this.source],
    );
    const behind = rows
      .filter(({ partition }) => partition !== null)
      .map((row) => {
        const applied = progress.find(
          ({ source, partition }) => source === this.source && partition === row.partition,
        );
        return {
          position: applied?.position ?? 0n,
          // What was filled from the log is applied, whatever offset it had in a topic that is gone.
          records:
            BigInt(row.last_position) <= (applied?.position ?? 0n)
              ? 0n
              : BigInt(row.last_offset) + 1n - (applied?.offset ?? 0n),
        };
      })
      .filter(({ records }) => records > 0n);
    return { published: BigInt(rows[0]?.position ?? 0), behind };
  }
}

function lowest(published: bigint, behind: readonly PartitionBehind[]): bigint {
  return behind.reduce((low, { position }) => (position < low ? position : low), published);
}
