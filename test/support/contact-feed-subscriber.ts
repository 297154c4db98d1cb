import { type ContactRecord } from '#contact-events';
import {
  type CheckpointMove,
  CheckpointMoved,
  type ContactSubscriber,
  type FeedCheckpoint,
  type PreparedBatch,
} from '#read-model';

/** Records of one partition, in order, and the checkpoint that applying them moves. */
export interface ContactBatch extends CheckpointMove {
  readonly records: readonly ContactRecord[];
}

/** Prepares and applies at once. */
export function applyBatch(subscriber: ContactSubscriber, { records, ...move }: ContactBatch): Promise<void> {
  return subscriber.prepare(records).apply(move);
}

interface Applied {
  readonly contactId: string;
  readonly version: number;
  readonly position: bigint;
}

/** A subscriber that holds its rows and its checkpoints in memory, where both change together or not at all. */
export class RecordingSubscriber implements ContactSubscriber {
  readonly applied: Applied[] = [];
  readonly batches: ContactBatch[] = [];
  /** Called before anything is applied: throwing refuses the batch. */
  before: (batch: ContactBatch) => void = () => undefined;
  /** Called once all is applied: throwing loses the answer only. */
  after: (batch: ContactBatch) => void = () => undefined;
  private readonly checkpoints = new Map<string, FeedCheckpoint>();

  checkpointsOf(source: string): Promise<FeedCheckpoint[]> {
    return Promise.resolve([...this.checkpoints.values()].filter((stored) => stored.source === source));
  }

  prepare(records: readonly ContactRecord[]): PreparedBatch {
    return {
      apply: (move) => {
        try {
          this.applyNow({ records, ...move });
          return Promise.resolve();
        } catch (error) {
          return Promise.reject(error instanceof Error ? error : new Error('not an error'));
        }
      },
    };
  }

  private applyNow(batch: ContactBatch): void {
    this.before(batch);
    const key = `${batch.next.source} ${batch.next.partition}`;
    const stored = this.checkpoints.get(key) ?? null;
    if (stored?.offset !== batch.previous?.offset) throw new CheckpointMoved('The checkpoint is not there');
    this.checkpoints.set(key, batch.next);
    this.batches.push(batch);
    for (const { position, event } of batch.records) {
      this.applied.push({ contactId: event.contactId, version: event.version, position });
    }
    this.after(batch);
  }
}
