import { Command } from '@nestjs/cqrs';

import { type DeadLetter } from '../dead-letters.js';

/** Someone gives up a dead letter. Answers with it as it is then. */
export class DiscardDeadLetterCommand extends Command<DeadLetter> {
  constructor(readonly letterId: string) {
    super();
  }
}
