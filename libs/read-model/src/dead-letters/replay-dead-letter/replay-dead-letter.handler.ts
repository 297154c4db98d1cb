import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type ContactRecord } from '#contact-events';
import { CodedError } from '#platform';

import { BatchRefused, CheckpointMoved } from '../../feed/contact-feed.js';
import { RecordReader } from '../../feed/record-reader.js';
import { ContactProjectionHandler } from '../../projection/contact-projection.handler.js';
import { type DeadLetter, DeadLetters, type WholeDeadLetter } from '../dead-letters.js';
import { closeLetter, openLetter } from '../open-letter.js';
import { ReplayDeadLetterCommand } from './replay-dead-letter.command.js';

/** How often the partition's checkpoint may move in between. */
const ATTEMPTS = 50;

/**
 * Reads a dead letter again by today's rules and applies it. Versions decide what that changes: where the contact is
 * further already, nothing.
 */
@CommandHandler(ReplayDeadLetterCommand)
export class ReplayDeadLetterHandler implements ICommandHandler<ReplayDeadLetterCommand> {
  private readonly reader: RecordReader;

  constructor(
    em: SqlEntityManager,
    private readonly letters: DeadLetters,
    private readonly projection: ContactProjectionHandler,
  ) {
    this.reader = new RecordReader(em);
  }

  /**
   * @throws CodedError dead-letter-not-found; replayed or discarded, where it is that already; still-not-applicable,
   *   then it stays open
   */
  async execute({ letterId }: ReplayDeadLetterCommand): Promise<DeadLetter> {
    const letter = await openLetter(this.letters, letterId);
    await this.apply(letter, await this.read(letter));
    return closeLetter(this.letters, letter, 'replayed');
  }

  private async read(letter: WholeDeadLetter): Promise<ContactRecord> {
    const { read, refused } = await this.reader.read([{ ...letter, timestamp: '' }]);
    const [only] = read;
    if (only === undefined) throw stillNotApplicable(letter, refused[0]?.error ?? 'it carries no event');
    return only.record;
  }

  /** As a batch that moves the checkpoint of the record's partition to where it is. */
  private async apply(letter: WholeDeadLetter, record: ContactRecord): Promise<void> {
    const { topic, partition } = letter;
    const prepared = this.projection.prepare([record]);
    for (let attempt = 1; ; attempt += 1) {
      const stored = await this.projection.checkpointsOf(topic);
      const checkpoint = stored.find((entry) => entry.partition === partition);
      if (checkpoint === undefined) {
        throw stillNotApplicable(letter, `Nothing of its partition of ${topic} has been applied yet`);
      }
      try {
        await prepared.apply({ previous: checkpoint, next: checkpoint });
        return;
      } catch (error) {
        if (error instanceof BatchRefused) throw stillNotApplicable(letter, error.reason);
        if (!(error instanceof CheckpointMoved) || attempt === ATTEMPTS) throw error;
      }
    }
  }
}

function stillNotApplicable({ id }: DeadLetter, reason: string): CodedError {
  return new CodedError(
    'still-not-applicable',
    `The dead letter ${id} still cannot be applied: ${reason}. It stays open; discard it if it never will.`,
  );
}
