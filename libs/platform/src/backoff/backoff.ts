import { channel } from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';

import { ExponentialBackoff, type IBackoff, noJitterGenerator } from 'cockatiel';

import { errorForLog } from '../log/error-for-log.js';
import { type WorkLog } from '../log/work-log.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 30_000;

/** Tells each attempt that failed or went well as an {@link OutageMessage}. */
export const OUTAGES = channel('contactstream:outages');

export interface OutageMessage {
  /** The work, as a log line names it. */
  readonly what: string;
  readonly lasts: boolean;
}

/**
 * A work that fails for a while: waits twice as long before each attempt, up to 30 s, and logs where it begins to fail
 * and where it works again, not each attempt.
 *
 * Parts of a work, such as the partitions of a topic, may fail apart from each other: each waits for itself, and the
 * work fails as long as one of them does.
 */
export class Backoff {
  private readonly failing = new Map<string, IBackoff<unknown>>();
  /** Kinds of errors that were logged since it began to fail. */
  private readonly told = new Set<string>();
  private since = 0;

  /**
   * @param what the work, as a log line names it: "publishing to Kafka"
   * @param advice what to do about an error; null where only time helps
   */
  constructor(
    private readonly what: string,
    private readonly log: WorkLog,
    private readonly advice: (error: unknown) => string | null = () => null,
  ) {}

  /** Notes a failure, and waits before the next attempt. */
  async pause(error: unknown, signal: AbortSignal, part = ''): Promise<void> {
    // What is given up at a stop has not failed.
    if (signal.aborted) return;
    await delay(this.failed(error, part), undefined, { signal }).catch(() => undefined);
  }

  /** Notes a failure. @returns how many milliseconds the next attempt has to wait */
  failed(error: unknown, part = ''): number {
    if (this.failing.size === 0) this.since = performance.now();
    const backoff = this.failing.get(part)?.next(undefined) ?? FACTORY.next();
    this.failing.set(part, backoff);
    this.tell(true);
    const kind = kindOf(error);
    if (this.told.has(kind)) this.log.debug({ err: errorForLog(error) }, `${this.what} still fails`);
    else {
      this.log.error(
        { err: error, nextTryInMs: backoff.duration },
        `${this.what} fails, trying again${this.adviceOn(error)}`,
      );
    }
    this.told.add(kind);
    return backoff.duration;
  }

  /** To be called where the work, or a part of it, has come to its end: a step on the way is no success. */
  over(part = ''): void {
    const failed = this.failing.delete(part);
    if (this.failing.size > 0) return;
    this.tell(false);
    if (!failed) return;
    this.told.clear();
    const failedForMs = Math.round(performance.now() - this.since);
    this.log.info({ failedForMs }, `${this.what} works again`);
  }

  private adviceOn(error: unknown): string {
    const advice = this.advice(error);
    return advice === null ? '' : `; ${advice}`;
  }

  private tell(lasts: boolean): void {
    OUTAGES.publish({ what: this.what, lasts } satisfies OutageMessage);
  }
}

/** Without jitter, which would make some of the late waits short again. */
const FACTORY = new ExponentialBackoff({
  initialDelay: FIRST_DELAY_MS,
  maxDelay: LONGEST_DELAY_MS,
  generator: noJitterGenerator,
});

/** Names and codes of an error and its causes: its words may tell a port or a time, and so change with each attempt. */
function kindOf(error: unknown): string {
  const { name, code } = errorForLog(error);
  const cause = error instanceof Error && error.cause instanceof Error ? kindOf(error.cause) : '';
  return `${name} ${code ?? ''} ${cause}`;
}
