import { type ContactBatch, type ContactSubscriber, type FeedCheckpoint, CheckpointMoved } from '#read-model';

interface Applied {
  readonly contactId: string;
  readonly version: number;
  readonly position: bigint;
}

/** A subscriber that holds its rows and its progress in memory, where both change together or not at all. */
export class RecordingSubscriber implements ContactSubscriber {
  readonly applied: Applied[] = [];
  readonly batches: ContactBatch[] = [];
  /** Called before anything is applied: throwing refuses the batch. */
  before: (batch: ContactBatch) => void = () => undefined;
  /** Called once all is applied: throwing loses the answer only. */
  after: (batch: ContactBatch) => void = () => undefined;
  private readonly progress = new Map<string, FeedCheckpoint>();

  progressOf(source: string): Promise<FeedCheckpoint[]> {
    return Promise.resolve([...this.progress.values()].filter((progress) => progress.source === source));
  }

  apply(batch: ContactBatch): Promise<void> {
    try {
      this.applyNow(batch);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error('not an error'));
    }
  }

  private applyNow(batch: ContactBatch): void {
    this.before(batch);
    const key = `${batch.progress.source} ${batch.progress.partition}`;
    const stored = this.progress.get(key) ?? null;
    if (stored?.offset !== batch.previous?.offset) throw new CheckpointMoved('The progress is not there');
    this.progress.set(key, batch.progress);
    this.batches.push(batch);
    for (const { position, event } of batch.records) {
      this.applied.push({ contactId: event.contactId, version: event.version, position });
    }
    this.after(batch);
  }
}
