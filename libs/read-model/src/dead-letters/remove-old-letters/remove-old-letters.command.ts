import { Command } from '@nestjs/cqrs';

/** The schedule wants dead letters gone that were closed before a time. Answers with how many. */
export class RemoveOldLettersCommand extends Command<number> {
  constructor(
    readonly closedBefore: Date,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}
