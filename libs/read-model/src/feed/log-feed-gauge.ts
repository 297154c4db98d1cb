import { eventsBehind, type FeedLag } from '#event-store';
import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type FeedGauge, type FeedCheckpoint } from './contact-feed.js';
import { LOG_SOURCE } from './log-contact-feed.js';

/** Where there is no Kafka: the checkpoint is a position of the log. */
export class LogFeedGauge implements FeedGauge {
  readonly source = LOG_SOURCE;

  constructor(private readonly em: SqlEntityManager) {}

  reach(checkpoints: readonly FeedCheckpoint[]): Promise<bigint> {
    return Promise.resolve(this.reached(checkpoints));
  }

  async lag(checkpoints: readonly FeedCheckpoint[]): Promise<FeedLag> {
    return eventsBehind(this.em.fork(), this.reached(checkpoints));
  }

  private reached(checkpoints: readonly FeedCheckpoint[]): bigint {
    return checkpoints.find(({ source }) => source === this.source)?.position ?? 0n;
  }
}
