import { Command } from '@nestjs/cqrs';

/** The schedule wants held deletions let go that nobody has decided on since a time. Answers with how many runs held them. */
export class LetGoOldHeldCommand extends Command<number> {
  constructor(
    readonly heldBefore: Date,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}
