import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { type FeedGauge, type FeedLag, type FeedProgress } from '../contact-feed.js';
import { eventsBehind } from './events-behind.js';
import { LOG_SOURCE } from './log-contact-feed.js';

/** Where there is no Kafka: the log's position is the progress. */
export class LogFeedGauge implements FeedGauge {
  readonly source = LOG_SOURCE;

  constructor(private readonly em: SqlEntityManager) {}

  reach(progress: readonly FeedProgress[]): Promise<bigint> {
    return Promise.resolve(reached(progress));
  }

  async lag(progress: readonly FeedProgress[]): Promise<FeedLag> {
    return eventsBehind(this.em.fork(), reached(progress));
  }
}

function reached(progress: readonly FeedProgress[]): bigint {
  return progress.find(({ source }) => source === LOG_SOURCE)?.position ?? 0n;
}
