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

/** Whoever applies contact events: a projection. */
export interface ContactSubscriber {
  /** The stored checkpoints, one a partition; none where nothing was applied yet. */
  checkpointsOf(source: string): Promise<FeedCheckpoint[]>;

  /**
   * Makes of records what can be made before their turn, such as while the batch before them is written.
   *
   * @param records of one partition, in order; none: then only the checkpoint moves, past what nobody could read
   */
  prepare(records: readonly ContactRecord[]): PreparedBatch;
}

/** The step of a checkpoint that goes with a batch. */
export interface CheckpointMove {
  /** What must be stored for the batch to be the next one; null: nothing is stored yet. */
  readonly previous: FeedCheckpoint | null;
  readonly next: FeedCheckpoint;
}

/** Records that a subscriber has made ready. */
export interface PreparedBatch {
  /**
   * Applies the records and moves the checkpoint, both in one transaction.
   *
   * @throws CheckpointMoved when the stored checkpoint is not `previous`; nothing was applied
   * @throws BatchRefused when the database cannot hold what a record says; nothing was applied
   */
  apply(move: CheckpointMove): Promise<void>;
}

/** Someone else has moved the checkpoint: this reader was the owner before a rebalance, or runs beside another. */
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
 * Contact events in batches, in order per contact, to a subscriber that keeps its own checkpoints.
 *
 * What the subscriber has stored is where the feed starts, whatever anyone else remembers; a batch that failed is
 * delivered again, and none is passed over.
 */
export interface ContactFeed {
  readonly source: string;

  /** Delivers until `signal` aborts; then resolves once the batch in hand is done. Never rejects for an outage. */
  follow(subscriber: ContactSubscriber, signal: AbortSignal): Promise<void>;
}

/** Compares a reader's checkpoints with what there is to read. It asks the database only, so that every process can. */
export interface FeedGauge {
  readonly source: string;

  /** The position up to which a reader with these checkpoints has applied (or passed) every event of the log. */
  reach(checkpoints: readonly FeedCheckpoint[]): Promise<bigint>;

  lag(checkpoints: readonly FeedCheckpoint[]): Promise<FeedLag>;
}
