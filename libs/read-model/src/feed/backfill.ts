import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { lastPosition, readLog } from '#event-store';

import { type ContactSubscriber, type FeedCheckpoint } from './contact-feed.js';
import { readableEvents } from './readable-events.js';

/** A part of the log that a partition was to bring and no longer holds. */
export interface MissingPart {
  readonly source: string;
  readonly partition: number;
  /** The checkpoint that is stored; the part begins behind its position. */
  readonly previous: FeedCheckpoint | null;
  /** The last position of the part; null: the log's end. */
  readonly upTo: bigint | null;
  /** Where reading the partition goes on. */
  readonly nextOffset: bigint;
}

/**
 * Applies from the log what a partition can no longer bring, and moves the partition's checkpoint with it.
 *
 * Which events were in the partition is not asked: those of others are applied as well, and where they have been
 * already, the subscriber's version guard lets them change nothing. Until the whole part is applied the checkpoint keeps
 * its old offset, so that a fill that is broken off is found again, and goes on where it was.
 */
export class Backfill {
  /** Positions that were applied here for one partition need no second time for another. */
  private appliedFrom = 0n;
  private appliedTo = 0n;
  private turn: Promise<unknown> = Promise.resolve();

  /** @param batchSize events a transaction */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly subscriber: ContactSubscriber,
    private readonly batchSize: number,
  ) {}

  /**
   * One part after the other, however many are asked for at once.
   *
   * @returns the checkpoint that is stored now
   * @throws CheckpointMoved
   */
  async fill(missing: MissingPart, signal: AbortSignal): Promise<FeedCheckpoint> {
    const filled = this.turn.then(() => this.fillNow(missing, signal));
    this.turn = filled.catch(() => undefined);
    return filled;
  }

  private async fillNow(missing: MissingPart, signal: AbortSignal): Promise<FeedCheckpoint> {
    const { source, partition } = missing;
    const upTo = await this.end(missing.upTo);
    let { previous } = missing;
    let position = this.passApplied(previous?.position ?? 0n, upTo);
    for (;;) {
      signal.throwIfAborted();
      const events = await readLog(this.em.fork(), { after: position, limit: this.batchSize });
      const part = events.filter((event) => event.position <= upTo);
      const { records, failure } = readableEvents(part);
      if (failure !== null) throw failure;
      const isLast = part.length < this.batchSize;
      position = highest(position, isLast ? upTo : (part.at(-1)?.position ?? 0n));
      const offset = isLast ? missing.nextOffset : (previous?.offset ?? 0n);
      const next = { source, partition, offset, position };
      await this.subscriber.prepare(records).apply({ previous, next });
      this.appliedTo = highest(this.appliedTo, position);
      if (isLast) return next;
      previous = next;
    }
  }

  /** Never beyond the log: what a record says of its position may be made up. */
  private async end(upTo: bigint | null): Promise<bigint> {
    const last = await lastPosition(this.em.fork());
    return upTo !== null && upTo < last ? upTo : last;
  }

  /** @returns the position from which on the log is to be read */
  private passApplied(position: bigint, upTo: bigint): bigint {
    if (position >= this.appliedFrom && position <= this.appliedTo) {
      return upTo < this.appliedTo ? highest(upTo, position) : this.appliedTo;
    }
    this.appliedFrom = position;
    this.appliedTo = position;
    return position;
  }
}

function highest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
