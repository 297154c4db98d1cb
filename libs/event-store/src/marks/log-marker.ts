import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { Backoff, type Subscriptions, WakeUp, type WorkLog } from '#platform';

import { lastPosition } from '../read.js';
import { type LogReader, LogMarks } from './log-marks.js';

/** While the reader is behind: how exact its marks are. */
const LOOK_MS = 200;

/** While it does not move. Marks are to the second, so looks are no further apart. */
const LONGEST_LOOK_MS = 1_000;

/** While it has all of the log: for notifications that are lost. */
const REST_MS = 10_000;

const CLEAN_EVERY_MS = 3_600_000;

/** Notes how far a reader of the log has come, as long as it is behind. No reader does anything for that. */
export class LogMarker {
  private readonly stopping = new AbortController();
  private loop: Promise<void> | null = null;

  /** @param position how far the reader has come */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly reader: LogReader,
    private readonly position: () => Promise<bigint>,
    private readonly notifications: Subscriptions,
    private readonly log: WorkLog,
  ) {}

  start(): void {
    this.loop ??= this.work();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    const marks = new LogMarks(this.em);
    const appended = new WakeUp(this.notifications, 'contactstream_events');
    const outage = new Backoff(`noting how far the log has come (${this.reader})`, this.log);
    let marked = -1n;
    let pauseMs = LOOK_MS;
    let cleanAt = performance.now();
    while (!signal.aborted) {
      try {
        if (performance.now() >= cleanAt) {
          await marks.removeOld(this.reader);
          cleanAt = performance.now() + CLEAN_EVERY_MS;
        }
        const end = await lastPosition(this.em.fork());
        const position = await this.position();
        pauseMs = position > marked ? LOOK_MS : Math.min(pauseMs * 2, LONGEST_LOOK_MS);
        if (position > marked && (await marks.mark(this.reader, position))) marked = position;
        outage.over();
        if (marked >= end) await appended.wait(REST_MS, signal);
        else await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      } catch (error) {
        await outage.pause(error, signal);
      }
    }
    appended.close();
  }
}
