import { type FeedLag, lastPositionOf } from '#event-store';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type FeedGauge } from '../feed/contact-feed.js';
import { type Subscriptions, WakeUp } from '#platform';

import { readCheckpoints } from '../projection/checkpoint.entity.js';
import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { isFollowed } from '../projection/followers.sql.js';

/** How long a lost notification may keep a waiting reader. */
const POLL_MS = 250;

/** How far the read model has come, as REST promises it to those who just wrote. */
export class ReadModelPosition {
  private looking: Promise<bigint> | null = null;
  private nextLook: Promise<bigint> | null = null;
  /** The furthest that was seen. What it held it holds: a rebuilt table is behind in nothing. */
  private held = 0n;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly gauge: FeedGauge,
    private readonly notifications: Subscriptions,
  ) {}

  /** The log position up to which the read model holds every event; 0 before the first. */
  async position(): Promise<bigint> {
    // Many may wait for the same notification: those who come during a look share the next one.
    if (this.looking === null) return this.look();
    this.nextLook ??= this.looking
      .catch(() => undefined)
      .then(() => {
        this.nextLook = null;
        return this.look();
      });
    return this.nextLook;
  }

  /** Whether the read model holds every event up to a log position. */
  async holds(position: bigint): Promise<boolean> {
    return position <= this.held || (await this.position()) >= position;
  }

  /** @returns whether it came to hold the position in time */
  async waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    if (position <= this.held) return true;
    const deadline = performance.now() + timeoutMs;
    // Made before the look, so that no progress falls in between.
    const progress = new WakeUp(this.notifications, 'contactstream_read_model');
    try {
      for (;;) {
        if (await this.holds(position)) return true;
        const left = deadline - performance.now();
        if (left <= 0) return false;
        await progress.wait(Math.min(left, POLL_MS));
      }
    } finally {
      progress.close();
    }
  }

  /** As {@link waitFor}, for every event that an account has, whoever made it. */
  async waitForAccount(accountId: string, timeoutMs: number): Promise<boolean> {
    return this.waitFor(await lastPositionOf(this.em.fork(), accountId), timeoutMs);
  }

  /** @returns null when it cannot be known, because the database does not answer */
  async lag(): Promise<FeedLag | null> {
    try {
      return await this.gauge.lag(await this.applied());
    } catch {
      return null;
    }
  }

  /** Whether some process fills it. */
  isFollowed(): Promise<boolean> {
    return isFollowed(this.em);
  }

  private async look(): Promise<bigint> {
    const looking = this.applied().then((applied) => this.gauge.reach(applied));
    this.looking = looking;
    try {
      const reached = await looking;
      if (reached > this.held) this.held = reached;
      return reached;
    } finally {
      this.looking = null;
    }
  }

  private applied() {
    return readCheckpoints(this.em.fork(), LIVE_CONTACTS, this.gauge.source);
  }
}
