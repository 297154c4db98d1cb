import { type RequestRetry, type RequestWatch } from '#google-people';

import { type Activity, watchOf } from './run-activity.js';

/** A failed try of a page. */
interface Try {
  readonly at: number;
  readonly code: string;
  readonly waitMs: number;
}

/** How many tries are told; there are fewer, unless somebody sets more. */
const MOST_TRIES = 20;

/** When a page was asked for and answered, by the clock of the process (performance.now()). */
export class PageTimes implements RequestWatch {
  private readonly asked = performance.now();
  private answered: number | null = null;
  private tokenAskedAt: number | null = null;
  private tokenAnsweredAt: number | null = null;
  private readonly tries: Try[] = [];

  private readonly watch: RequestWatch;

  constructor(activity: Activity) {
    this.watch = watchOf(activity, 'fetching');
  }

  tokenAsked(): void {
    this.tokenAskedAt ??= performance.now();
    this.watch.tokenAsked();
  }

  tokenAnswered(): void {
    this.tokenAnsweredAt = performance.now();
    this.watch.tokenAnswered();
  }

  waitsForQuota(): void {
    this.watch.waitsForQuota();
  }

  sent(): void {
    this.watch.sent();
  }

  retries(retry: RequestRetry): void {
    const { code, waitMs } = retry;
    if (this.tries.length < MOST_TRIES) {
      this.tries.push({ at: performance.now(), code, waitMs: Math.round(waitMs) });
    }
    this.watch.retries(retry);
  }

  isAnswered(): void {
    this.answered = performance.now();
  }

  /**
   * As it is stored: how long ago all of that was, in ms, so that the database can tell the times by its own clock, which
   * all processes share.
   */
  ages(): PageAges {
    const now = performance.now();
    const ago = (time: number | null): number => Math.max(0, Math.round(now - (time ?? now)));
    return {
      asked: ago(this.asked),
      answered: ago(this.answered),
      token: this.tokenAskedAt === null ? null : [ago(this.tokenAskedAt), ago(this.tokenAnsweredAt)],
      tries: this.tries.map(({ at, code, waitMs }) => [ago(at), code, waitMs]),
    };
  }
}

/** In ms before the page was stored. */
export interface PageAges {
  readonly asked: number;
  readonly answered: number;
  readonly token: readonly [asked: number, answered: number] | null;
  readonly tries: readonly (readonly [at: number, code: string, waitMs: number])[];
}
