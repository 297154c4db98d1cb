import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { type DeadLetter, DeadLetters } from '../dead-letters.js';
import { closeLetter, openLetter } from '../open-letter.js';
import { DiscardDeadLetterCommand } from './discard-dead-letter.command.js';

/** Closes a dead letter; nobody will replay it. */
@CommandHandler(DiscardDeadLetterCommand)
export class DiscardDeadLetterHandler implements ICommandHandler<DiscardDeadLetterCommand> {
  constructor(private readonly letters: DeadLetters) {}

  /** @throws CodedError dead-letter-not-found; replayed or discarded, where it is that already */
  async execute({ letterId }: DiscardDeadLetterCommand): Promise<DeadLetter> {
    return closeLetter(this.letters, await openLetter(this.letters, letterId), 'discarded');
  }
}
