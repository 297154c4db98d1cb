import { channel } from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';

import { ExponentialBackoff, type IBackoff } from 'cockatiel';

import { errorForLog } from '../log/error-for-log.js';
import { type WorkLog } from '../log/work-log.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/** Tells each attempt that failed or went well as an {@link OutageMessage}. */
export const OUTAGES = channel('contactstream:outages');

export interface OutageMessage {
  /** The work, as a log line names it. */
  readonly what: string;
  readonly lasts: boolean;
}

/** A work that fails for a while: waits longer and longer between attempts, and logs where it begins and ends. */
export class Backoff {
  private backoff: IBackoff<unknown> | null = null;
  private lastMessage: string | null = null;

  /**
   * @param what the work, as a log line names it: "publishing to Kafka"
   * @param advice what to do about an error; null where only time helps
   */
  constructor(
    private readonly what: string,
    private readonly log: WorkLog,
    private readonly advice: (error: unknown) => string | null = () => null,
  ) {}

  /** Reports a failure, once as long as it is the same, and waits before the next attempt. */
  async pause(error: unknown, signal: AbortSignal): Promise<void> {
    // What is given up at a stop has not failed.
    if (signal.aborted) return;
    this.tell(true);
    const err = errorForLog(error);
    if (err.message === this.lastMessage) this.log.debug({ err }, `${this.what} still fails`);
    else this.log.error({ err }, `${this.what} fails, trying again${this.adviceOn(error)}`);
    this.lastMessage = err.message;
    this.backoff = this.backoff === null ? FACTORY.next() : this.backoff.next(undefined);
    await delay(this.backoff.duration, undefined, { signal }).catch(() => undefined);
  }

  /** To be called at each success. */
  over(): void {
    this.tell(false);
    if (this.backoff === null) return;
    this.backoff = null;
    this.lastMessage = null;
    this.log.info(`${this.what} works again`);
  }

  private adviceOn(error: unknown): string {
    const advice = this.advice(error);
    return advice === null ? '' : `; ${advice}`;
  }

  private tell(lasts: boolean): void {
    OUTAGES.publish({ what: this.what, lasts } satisfies OutageMessage);
  }
}

const FACTORY = new ExponentialBackoff({ initialDelay: FIRST_DELAY_MS, maxDelay: LONGEST_DELAY_MS });
