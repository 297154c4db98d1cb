import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { eventsBehind, type FeedLag } from '#event-store';

/** How far the relay is behind the log, for whoever asks, in whichever process. */
export class RelayGauge {
  /** @param relay its name: the events topic's */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly relay: string,
  ) {}

  /** Every event up to here is acknowledged by Kafka; 0 before the first. */
  async position(): Promise<bigint> {
    const [row] = await boundSql<{ position: string }>(
      this.em.fork(),
      'select position from relays where name = $1',
      [this.relay],
    );
    return BigInt(row?.position ?? 0);
  }

  async lag(): Promise<FeedLag> {
    return eventsBehind(this.em.fork(), await this.position());
  }
}
