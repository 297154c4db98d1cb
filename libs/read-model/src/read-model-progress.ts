import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type FeedGauge, type FeedLag } from '#contact-feed';
import { type Notifications } from '#platform';

import { readProgress } from './progress-table.js';
import { LIVE_CONTACTS } from './projection.js';

/** How long a lost notification may keep a waiting reader. */
const POLL_MS = 250;

/** How far the read model has come, as REST promises it to those who just wrote. */
export class ReadModelProgress {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly gauge: FeedGauge,
    private readonly notifications: Pick<Notifications, 'subscribe'>,
  ) {}

  /** Whether the read model holds every event up to a log position. */
  async holds(position: bigint): Promise<boolean> {
    return position <= 0n || this.gauge.covers(await this.applied(), position);
  }

  /** @returns whether it came to hold the position in time */
  async waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const woken = new AbortController();
      // Before looking, so that no progress falls in between.
      const unsubscribe = this.notifications.subscribe('contactstream_read_model', () => {
        woken.abort();
      });
      try {
        if (await this.holds(position)) return true;
        const left = deadline - performance.now();
        if (left <= 0) return false;
        await delay(Math.min(left, POLL_MS), undefined, { signal: woken.signal }).catch(() => undefined);
      } finally {
        unsubscribe();
      }
    }
  }

  /** @returns null when it cannot be known, because the database does not answer */
  async lag(): Promise<FeedLag | null> {
    try {
      return await this.gauge.lag(await this.applied());
    } catch {
      return null;
    }
  }

  private applied() {
    return readProgress(this.em.fork(), LIVE_CONTACTS.name, this.gauge.source);
  }
}
