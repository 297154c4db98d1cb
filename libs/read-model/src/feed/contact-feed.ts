import { type ContactRecord } from '#contact-events';
import { type FeedLag } from '#event-store';
import { errorForLog } from '#platform';

/** Where a reader stands in one partition of a source. */
export interface FeedCheckpoint {
  /** The stream that is read: `log`, or a Kafka topic's name. */
  readonly source: string;
  /** 0 for the log, which has one. */
  readonly partition: number;
  /** Where reading goes on: Kafka's next offset; for the log the position of the last event that was read. */
  readonly offset: bigint;
  /** The highest log position applied from this partition; 0 before the first. */
  readonly position: bigint;
}

/** Records of one partition, in order, and the progress that is made by applying them. */
export interface ContactBatch {
  /** May be empty: then only the progress moves, past records that nobody could read. */
  readonly records: readonly ContactRecord[];
  /** What the stored progress must be for this batch to be the next one; null: none is stored yet. */
  readonly previous: FeedCheckpoint | null;
  readonly progress: FeedCheckpoint;
}

/** Whoever applies contact events: a projection. */
export interface ContactSubscriber {
  /** The stored progress, a row a partition; none where nothing was applied yet. */
  progressOf(source: string): Promise<FeedCheckpoint[]>;

  /** Told of the records of a coming batch, so that what can be made of them before their turn is made. */
  prepare?(records: ContactBatch['records']): void;

  /**
   * Applies a batch and moves its progress from `previous` to `progress`, both in one transaction.
   *
   * @throws CheckpointMoved when the stored progress is not `previous`; nothing was applied
   * @throws BatchRefused when the database cannot hold what a record says; nothing was applied
   */
  apply(batch: ContactBatch): Promise<void>;
}

/** Someone else has moved the progress: this reader was the owner before a rebalance, or runs beside another. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

/** The content of the batch is at fault, so that trying it again cannot help. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused';

  /** Why, without the values. */
  get reason(): string {
    return `The read model cannot hold it (SQLSTATE ${errorForLog(this.cause).code ?? 'unknown'})`;
  }
}

/**
 * Contact events in batches, in order per contact, to a subscriber that keeps its own progress.
 *
 * What the subscriber has stored is where the feed starts, whatever anyone else remembers; a batch that failed is
 * delivered again, and none is passed over.
 */
export interface ContactFeed {
  readonly source: string;

  /** Delivers until `signal` aborts; then resolves once the batch in hand is done. Never rejects for an outage. */
  follow(subscriber: ContactSubscriber, signal: AbortSignal): Promise<void>;
}

/** Compares a reader's progress with what there is to read. It asks the database only, so that every process can. */
export interface FeedGauge {
  readonly source: string;

  /** The position up to which a reader that stands at `progress` has applied (or passed) every event of the log. */
  reach(progress: readonly FeedCheckpoint[]): Promise<bigint>;

  lag(progress: readonly FeedCheckpoint[]): Promise<FeedLag>;
}
