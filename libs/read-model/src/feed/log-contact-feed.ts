import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { readLog, type StoredEvent } from '#event-store';
import { type Channel, type WorkLog, type Notifications, Backoff, ReadAhead, WakeUp } from '#platform';

import {
  type ContactFeed,
  type ContactSubscriber,
  type FeedCheckpoint,
  type PreparedBatch,
  CheckpointMoved,
} from './contact-feed.js';
import { readableEvents } from './readable-events.js';

export const LOG_SOURCE = 'log';

/** Of whoever has applied the log up to a position. */
export function logCheckpoint(position: bigint): FeedCheckpoint {
  return { source: LOG_SOURCE, partition: 0, offset: position, position };
}

/** Events of the log that are followed by their offsets, which rise from one to the next. */
export interface FollowedEvents {
  /** What their checkpoint is stored under. */
  readonly source: string;
  readonly partition: number;
  /** Where one is told of. */
  readonly channel: Channel;
  /** The work of following them, as a log line names it. */
  readonly what: string;
  after(
    offset: bigint,
    limit: number,
  ): Promise<readonly { readonly offset: bigint; readonly event: StoredEvent }[]>;
}

export interface LogFeedOptions {
  /** Left out: the whole log. */
  readonly followed?: FollowedEvents;
  /** Events a transaction. */
  readonly batchSize?: number;
  /** How long a lost notification may go unnoticed. */
  readonly pollMs?: number;
}

/** A part of the log, up to the first event that cannot be read. */
interface LogBatch {
  readonly prepared: PreparedBatch;
  /** Of its last event; null for an empty batch. */
  readonly end: { readonly offset: bigint; readonly position: bigint } | null;
  /** Why the event behind it cannot be read. */
  readonly failure: Error | null;
  /** Whether the log had more when it was read. */
  readonly isFull: boolean;
}

/**
 * Follows the event log itself, where there is no Kafka.
 *
 * Position order is commit order, so one position is all there is to remember, and nothing below it can appear later.
 */
export class LogContactFeed implements ContactFeed {
  readonly source: string;
  private readonly followed: FollowedEvents;
  private readonly batchSize: number;
  private readonly pollMs: number;

  constructor(
    em: SqlEntityManager,
    private readonly notifications: Pick<Notifications, 'subscribe'>,
    private readonly log: WorkLog,
    { followed = wholeLog(em), batchSize = 1_000, pollMs = 5_000 }: LogFeedOptions = {},
  ) {
    this.followed = followed;
    this.source = followed.source;
    this.batchSize = batchSize;
    this.pollMs = pollMs;
  }

  async follow(subscriber: ContactSubscriber, signal: AbortSignal): Promise<void> {
    const wakeUp = new WakeUp(this.notifications, this.followed.channel);
    const outage = new Backoff(this.followed.what, this.log);
    const ahead = new ReadAhead((after: bigint) => this.read(after, subscriber));
    let checkpoint: FeedCheckpoint | null = null;
    try {
      while (!signal.aborted) {
        try {
          checkpoint ??= await this.stored(subscriber);
          const next = await this.deliver(checkpoint, ahead);
          outage.over();
          if (next === null) await wakeUp.wait(this.pollMs, signal);
          else checkpoint = next;
        } catch (error) {
          // Whatever went wrong, what is stored decides where to go on: the commit may have been the last thing done.
          checkpoint = null;
          if (error instanceof CheckpointMoved) this.log.debug('another reader of the log was faster');
          else await outage.pause(error, signal);
        }
      }
    } finally {
      await ahead.end();
      wakeUp.close();
    }
  }

  /** @returns null where nothing was applied yet */
  private async stored(subscriber: ContactSubscriber): Promise<FeedCheckpoint | null> {
    const { source, partition } = this.followed;
    const stored = await subscriber.checkpointsOf(source);
    return stored.find((checkpoint) => checkpoint.partition === partition) ?? null;
  }

  /** @returns the checkpoint that is stored now; null when there is nothing new */
  private async deliver(
    previous: FeedCheckpoint | null,
    ahead: ReadAhead<bigint, LogBatch>,
  ): Promise<FeedCheckpoint | null> {
    const { prepared, end, failure, isFull } = await ahead.next(previous?.offset ?? 0n);
    if (end !== null) {
      if (isFull) ahead.begin(end.offset);
      const { source, partition } = this.followed;
      const next = { source, partition, ...end };
      await prepared.apply({ previous, next });
      return next;
    }
    // The log holds what this service wrote: an event that it cannot read is a defect to be seen, not to be passed.
    if (failure !== null) throw failure;
    return null;
  }

  private async read(after: bigint, subscriber: ContactSubscriber): Promise<LogBatch> {
    const entries = await this.followed.after(after, this.batchSize);
    const { records, count, failure } = readableEvents(entries.map(({ event }) => event));
    const last = entries[count - 1];
    return {
      prepared: subscriber.prepare(records),
      end: last === undefined ? null : { offset: last.offset, position: last.event.position },
      failure,
      isFull: count === this.batchSize,
    };
  }
}

function wholeLog(em: SqlEntityManager): FollowedEvents {
  return {
    source: LOG_SOURCE,
    partition: 0,
    channel: 'contactstream_events',
    what: 'applying events of the log',
    after: async (offset, limit) => {
      const events = await readLog(em.fork(), { after: offset, limit });
      return events.map((event) => ({ offset: event.position, event }));
    },
  };
}
