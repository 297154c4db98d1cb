import { Command } from '@nestjs/cqrs';

/** The schedule wants runs gone that were over before a time. Answers with how many. */
export class RemoveOldRunsCommand extends Command<number> {
  constructor(
    readonly overBefore: Date,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}
