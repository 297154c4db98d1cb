import { Command } from '@nestjs/cqrs';

/** The schedule wants figures gone of half hours that began before a time. Answers with how many rows. */
export class RemoveOldFiguresCommand extends Command<number> {
  constructor(
    readonly begunBefore: Date,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}
