import { Command } from '@nestjs/cqrs';

/** The schedule wants payloads gone of entries that were closed before a time. Answers with how many. */
export class RemoveOldPayloadsCommand extends Command<number> {
  constructor(
    readonly closedBefore: Date,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}
