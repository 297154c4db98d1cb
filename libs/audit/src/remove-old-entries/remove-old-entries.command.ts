import { Command } from '@nestjs/cqrs';

/** The schedule wants audit entries gone of before a time. Answers with how many. */
export class RemoveOldEntriesCommand extends Command<number> {
  constructor(
    readonly before: Date,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}
