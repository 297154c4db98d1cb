import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { errorForLog, type Subscriptions, type WorkLog } from '#platform';

import { BLOCK_MS, type DrawnQuota, drawQuota, type QuotaDraw } from './draw-quota.sql.js';
import { type QuotaStanding, readQuota } from './read-quota.sql.js';
import { RecentRequests } from './recent-requests.js';

/** Between two draws of a process that did not get what it wanted: at least so long, and no longer than what may change meanwhile. */
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/** A request that waits for its turn. */
interface Waiting {
  readonly goOn: () => void;
  readonly fail: (error: unknown) => void;
  readonly waits: () => void;
}

/**
 * The project's limit, which all processes share. As long as one is in force, requests are sent from blocks that are drawn
 * from a bucket in PostgreSQL: one lasts for what the process sends in {@link BLOCK_MS}. As long as none is, nothing is
 * drawn or written; a notification tells when that is over, and what was sent by then is told.
 */
export class ProjectQuota {
  private readonly sent = new RecentRequests();
  /** How many of them PostgreSQL was not told of, those included that are older than a minute. */
  private untold = 0;
  private isLimited: boolean;
  /** Whether those were sent while nothing limited. */
  private wasFree = true;
  private held = 0;
  private heldUntil = 0;
  private readonly waiting = new Set<Waiting>();
  private isDrawing = false;
  /** Between two draws; ends it. */
  private pause: AbortController | null = null;

  /** @param set requests a minute; null: learned */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly set: number | null,
    notifications: Subscriptions,
    private readonly log: WorkLog,
  ) {
    this.isLimited = set !== null;
    notifications.subscribe('contactstream_quota', (lowered) => {
      if (lowered === '') void this.lookAgain();
      else this.limit();
    });
  }

  /** Looks whether a limit is in force, as another process has learned it. */
  async start(): Promise<void> {
    this.isLimited = (await this.standing()) !== null;
  }

  /** A limit may have been told unheard. Where it cannot be looked at, the next request finds out. */
  private async lookAgain(): Promise<void> {
    const standing = await this.standing().catch(() => 'unknown');
    if (standing !== null) this.limit();
  }

  private limit(): void {
    this.isLimited = true;
    this.held = 0;
    if (this.wasFree && this.untold > 0) void this.tell();
  }

  /** @returns null where nothing limits */
  standing(): Promise<QuotaStanding | null> {
    return readQuota(this.em.fork(), this.set);
  }

  async admit(signal: AbortSignal, waits: () => void): Promise<void> {
    if (this.waiting.size === 0 && this.spend()) return;
    const turn = Promise.withResolvers<undefined>();
    const one = {
      goOn: () => {
        turn.resolve(undefined);
      },
      fail: turn.reject,
      waits,
    };
    const leave = (): void => {
      this.waiting.delete(one);
      if (this.waiting.size === 0) this.pause?.abort();
      turn.reject(signal.reason);
    };
    this.waiting.add(one);
    signal.addEventListener('abort', leave);
    if (this.pause !== null) waits();
    if (!this.isDrawing) void this.drawForAll();
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Google said that it was too much: so all processes send less. */
  async exceeded(retryAfterMs: number | null): Promise<void> {
    this.held = 0;
    try {
      const answer = await this.draw({ wanted: 0, exceeded: { retryAfterMs } });
      if (answer?.loweredTo == null) return;
      const perMinute = Math.round(answer.loweredTo);
      this.log.warn({ perMinute }, "Google limits the project's requests; all processes together send fewer");
    } catch (error) {
      this.log.warn(
        { err: errorForLog(error) },
        'other processes could not be told that Google limits the project',
      );
    }
  }

  /** Says what was sent while nothing limited. */
  private async tell(): Promise<void> {
    await this.draw({ wanted: 0 }).catch((error: unknown) => {
      this.log.debug(
        { err: errorForLog(error) },
        'what was sent to Google could not be told; the next draw tells it',
      );
    });
  }

  /** @returns whether a request may be sent now, which it then is */
  private spend(): boolean {
    if (this.isLimited) {
      if (this.held === 0 || performance.now() >= this.heldUntil) return false;
      this.held -= 1;
    }
    this.sent.add();
    this.untold += 1;
    return true;
  }

  private async drawForAll(): Promise<void> {
    this.isDrawing = true;
    try {
      while (this.waiting.size > 0) {
        const pauseMs = await this.drawBlock();
        for (const one of this.waiting) {
          if (!this.spend()) break;
          this.waiting.delete(one);
          one.goOn();
        }
        for (const { waits } of this.waiting) waits();
        if (this.waiting.size > 0)
          await this.rest(Math.min(Math.max(SHORTEST_PAUSE_MS, pauseMs), LONGEST_PAUSE_MS));
      }
    } catch (error) {
      for (const { fail } of this.waiting) fail(error);
      this.waiting.clear();
    } finally {
      this.isDrawing = false;
    }
  }

  /** As long as anybody waits. */
  private async rest(ms: number): Promise<void> {
    this.pause = new AbortController();
    await delay(ms, undefined, { signal: this.pause.signal }).catch(() => undefined);
    this.pause = null;
  }

  /** @returns how long until there is more */
  private async drawBlock(): Promise<number> {
    const heldUntil = performance.now() + BLOCK_MS;
    const block = await this.draw({ wanted: this.waiting.size + this.sent.within(BLOCK_MS) });
    this.held = block?.drawn ?? 0;
    this.heldUntil = heldUntil;
    return block?.waitMs ?? 0;
  }

  private async draw(asked: Pick<QuotaDraw, 'wanted' | 'exceeded'>): Promise<DrawnQuota | null> {
    const { em, set, wasFree, untold } = this;
    this.untold = 0;
    let answer: DrawnQuota | null = null;
    try {
      const sent = Math.min(untold, this.sent.within());
      answer = await drawQuota(em.fork(), { set, sent, wasFree, ...asked });
      this.isLimited = answer !== null;
      this.wasFree = answer === null;
      return answer;
    } finally {
      if (answer === null) this.untold += untold;
    }
  }
}
