import { eventsBehind, type FeedLag } from '#event-store';
import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type FeedGauge, type FeedCheckpoint } from './contact-feed.js';
import { LOG_SOURCE } from './log-contact-feed.js';

/** Where there is no Kafka: the log's position is the progress. */
export class LogFeedGauge implements FeedGauge {
  readonly source = LOG_SOURCE;

  constructor(private readonly em: SqlEntityManager) {}

  reach(progress: readonly FeedCheckpoint[]): Promise<bigint> {
    return Promise.resolve(reached(progress));
  }

  async lag(progress: readonly FeedCheckpoint[]): Promise<FeedLag> {
    return eventsBehind(this.em.fork(), reached(progress));
  }
}

function reached(progress: readonly FeedCheckpoint[]): bigint {
  return progress.find(({ source }) => source === LOG_SOURCE)?.position ?? 0n;
}
