import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { eventsBehind, type FeedLag } from '#event-store';

import { RelayedPartitions } from './relayed-partitions.js';

/** How far the relay is behind the log, for every process that asks. */
export class RelayGauge {
  private readonly relayed: RelayedPartitions;

  /** @param relay its name: the events topic's */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly relay: string,
  ) {
    this.relayed = new RelayedPartitions(em);
  }

  /** Every event up to here is acknowledged by Kafka; 0 before the first. */
  async position(): Promise<bigint> {
    return (await this.relayed.of(this.relay)).position;
  }

  async lag(): Promise<FeedLag> {
    return eventsBehind(this.em.fork(), await this.position());
  }
}
