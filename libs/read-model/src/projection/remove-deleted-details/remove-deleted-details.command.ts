import { Command } from '@nestjs/cqrs';

/** The schedule wants the details gone of contacts that were deleted before a time. Answers with how many contacts. */
export class RemoveDeletedDetailsCommand extends Command<number> {
  constructor(
    readonly deletedBefore: Date,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}
