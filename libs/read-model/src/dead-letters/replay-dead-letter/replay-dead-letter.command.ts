import { Command } from '@nestjs/cqrs';

import { type DeadLetter } from '../dead-letters.js';

/** Someone asks for a dead letter to be read by today's rules. Answers with it as it is then. */
export class ReplayDeadLetterCommand extends Command<DeadLetter> {
  constructor(readonly letterId: string) {
    super();
  }
}
