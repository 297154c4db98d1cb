import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord } from '#contact-events';

import { BatchRefused, type ContactSubscriber, CheckpointMoved } from '../feed/contact-feed.js';
import { RecordReader } from '../feed/record-reader.js';
import { type StoredDeadLetter } from './dead-letter-table.js';

/** How often the partition's progress may move in between. */
const ATTEMPTS = 50;

/** The record is still no contact event, or still nothing that the read model can hold. The message says why. */
export class StillNotApplicable extends Error {
  override readonly name = 'StillNotApplicable';
}

/**
 * Reads a dead letter again by today's rules and applies it. Versions decide what that changes: where the contact is
 * further already, nothing.
 */
export class DeadLetterReplay {
  private readonly reader: RecordReader;

  constructor(
    em: SqlEntityManager,
    private readonly subscriber: ContactSubscriber,
  ) {
    this.reader = new RecordReader(em);
  }

  /** @throws StillNotApplicable */
  async apply(letter: StoredDeadLetter): Promise<void> {
    const { read, refused } = await this.reader.read([{ ...letter, timestamp: '' }]);
    const [only] = read;
    if (only === undefined) throw new StillNotApplicable(refused[0]?.error);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.applyBesideProgress(letter, only.record);
        return;
      } catch (error) {
        if (error instanceof BatchRefused) throw new StillNotApplicable(error.reason);
        if (!(error instanceof CheckpointMoved) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** A batch that moves the progress of the record's partition to where it is. */
  private async applyBesideProgress(letter: StoredDeadLetter, record: ContactRecord): Promise<void> {
    const stored = await this.subscriber.progressOf(letter.topic);
    const progress = stored.find(({ partition }) => partition === letter.partition);
    if (progress === undefined) {
      throw new StillNotApplicable(`Nothing of its partition of ${letter.topic} has been applied yet`);
    }
    await this.subscriber.apply({ records: [record], previous: progress, progress });
  }
}
