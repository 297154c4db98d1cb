import { Command } from '@nestjs/cqrs';

/** The schedule wants refused records gone that were closed before a time. Answers with how many. */
export class RemoveOldRecordsCommand extends Command<number> {
  constructor(
    readonly closedBefore: Date,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}
