import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { accountEventsBehind, type FeedLag } from '#event-store';

import { RelayedPartitions } from './relayed-partitions.js';

/** How far the accounts' relay is behind, for every process that asks. */
export class AccountRelayGauge {
  constructor(
    private readonly em: SqlEntityManager,
    /** The relay's name: its topic's. */
    private readonly relay: string,
  ) {}

  async lag(): Promise<FeedLag> {
    const { position } = await new RelayedPartitions(this.em).of(this.relay);
    return accountEventsBehind(this.em.fork(), position);
  }
}
