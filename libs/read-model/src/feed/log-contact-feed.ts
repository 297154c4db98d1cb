import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { readLog } from '#event-store';
import { type WorkLog, type Notifications, Backoff, ReadAhead, WakeUp } from '#platform';

import {
  type ContactFeed,
  type ContactSubscriber,
  type FeedCheckpoint,
  CheckpointMoved,
} from './contact-feed.js';
import { readableEvents } from './readable-events.js';

export const LOG_SOURCE = 'log';
const PARTITION = 0;

export interface LogFeedOptions {
  /** Events a transaction. */
  readonly batchSize?: number;
  /** How long a lost notification may go unnoticed. */
  readonly pollMs?: number;
}

/** A part of the log, up to the first event that cannot be read. */
interface LogBatch extends ReturnType<typeof readableEvents> {
  /** Whether the log had more when it was read. */
  readonly isFull: boolean;
}

/**
 * Follows the event log itself, where there is no Kafka.
 *
 * Position order is commit order, so one position is all there is to remember, and nothing below it can appear later.
 */
export class LogContactFeed implements ContactFeed {
  readonly source = LOG_SOURCE;
  private readonly batchSize: number;
  private readonly pollMs: number;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly notifications: Pick<Notifications, 'subscribe'>,
    private readonly log: WorkLog,
    { batchSize = 1_000, pollMs = 5_000 }: LogFeedOptions = {},
  ) {
    this.batchSize = batchSize;
    this.pollMs = pollMs;
  }

  async follow(subscriber: ContactSubscriber, signal: AbortSignal): Promise<void> {
    const wakeUp = new WakeUp(this.notifications, 'contactstream_events');
    const outage = new Backoff('applying events of the log', this.log);
    const ahead = new ReadAhead((after: bigint) => this.read(after, subscriber));
    let progress: FeedCheckpoint | null | undefined;
    try {
      while (!signal.aborted) {
        try {
          if (progress === undefined) progress = await this.storedProgress(subscriber);
          const next = await this.deliver(subscriber, progress, ahead);
          if (next === null) await wakeUp.wait(this.pollMs, signal);
          else progress = next;
          outage.over();
        } catch (error) {
          // Whatever went wrong, what is stored decides where to go on: the commit may have been the last thing done.
          progress = undefined;
          if (error instanceof CheckpointMoved) this.log.debug('another reader of the log was faster');
          else await outage.pause(error, signal);
        }
      }
    } finally {
      await ahead.end();
      wakeUp.close();
    }
  }

  /** @returns the progress made; null when there is nothing new */
  private async deliver(
    subscriber: ContactSubscriber,
    previous: FeedCheckpoint | null,
    ahead: ReadAhead<bigint, LogBatch>,
  ): Promise<FeedCheckpoint | null> {
    const { records, failure, isFull } = await ahead.next(previous?.offset ?? 0n);
    const last = records.at(-1);
    if (last !== undefined) {
      const { position } = last;
      if (isFull) ahead.begin(position);
      const progress = { source: LOG_SOURCE, partition: PARTITION, offset: position, position };
      await subscriber.apply({ records, previous, progress });
      return progress;
    }
    // The log holds what this service wrote: an event that it cannot read is a defect to be seen, not to be passed.
    if (failure !== null) throw failure;
    return null;
  }

  private async read(after: bigint, subscriber: ContactSubscriber): Promise<LogBatch> {
    const events = await readLog(this.em.fork(), { after, limit: this.batchSize });
    const readable = readableEvents(events);
    subscriber.prepare?.(readable.records);
    return { ...readable, isFull: readable.records.length === this.batchSize };
  }

  private async storedProgress(subscriber: ContactSubscriber): Promise<FeedCheckpoint | null> {
    const [progress] = await subscriber.progressOf(LOG_SOURCE);
    return progress ?? null;
  }
}
