import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type FeedGauge, type FeedLag, type FeedProgress } from '../contact-feed.js';
import { eventsBehind } from '../log/events-behind.js';
import { RelayGauge } from '../relay/relay-gauge.js';
import { kafkaNames } from './kafka-settings.js';

interface RelayedRow {
  readonly partition: number;
  readonly last_offset: string;
}

/** Where the events come over Kafka: compares with what the relay recorded, so it needs no broker. */
export class KafkaFeedGauge implements FeedGauge {
  readonly source: string;
  private readonly relay: RelayGauge;

  constructor(
    private readonly em: SqlEntityManager,
    topicPrefix: string,
  ) {
    this.source = kafkaNames(topicPrefix).events;
    this.relay = new RelayGauge(em, this.source);
  }

  async covers(progress: readonly FeedProgress[], position: bigint): Promise<boolean> {
    if ((await this.relay.position()) < position) return false;
    const behind = await this.partitionsBehind(progress);
    return behind.every(({ applied }) => applied.position >= position);
  }

  async lag(progress: readonly FeedProgress[]): Promise<FeedLag> {
    const unpublished = await this.relay.lag();
    const behind = await this.partitionsBehind(progress);
    if (behind.length === 0) return unpublished;
    const records = behind.reduce((sum, { missing }) => sum + missing, 0n);
    // The oldest event that may be missing is the first behind the slowest partition.
    const slowest = behind.map(({ applied }) => applied.position).reduce((a, b) => (a < b ? a : b));
    const { seconds } = await eventsBehind(this.em.fork(), slowest);
    return { events: unpublished.events + Number(records), seconds };
  }

  private async partitionsBehind(
    progress: readonly FeedProgress[],
  ): Promise<{ applied: { offset: bigint; position: bigint }; missing: bigint }[]> {
    const rows = await boundSql<RelayedRow>(
      this.em.fork(),
      'select partition, last_offset from relay_partitions where topic = $1',
      [this.source],
    );
    return rows
      .map((row) => {
        const applied = progress.find(
          ({ source, partition }) => source === this.source && partition === row.partition,
        ) ?? { offset: 0n, position: 0n };
        return { applied, missing: BigInt(row.last_offset) + 1n - applied.offset };
      })
      .filter(({ missing }) => missing > 0n);
  }
}
